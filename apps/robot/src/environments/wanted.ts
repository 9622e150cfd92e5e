import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { folderFiles } from '@baton/nupkg/content-files';
import { readNodeRequirements } from '@baton/nupkg/node-requirements';
import { brings, normal, readPythonRequirements } from '@baton/nupkg/python-requirements';
import type { Runtime } from '@baton/nupkg/runtime';

/** A Python environment that a package wants. */
export type PythonWanted = {
  readonly kind: 'python';
  /** The file, or the folder `wheels`, that says what to install. */
  readonly source: string;
  /** Files of the package that the build reads. All of them, if it installs from the package itself. */
  readonly files: readonly string[] | 'all';
  /** For pip; null where `requirements.txt` is given to it as it is. */
  readonly lines: readonly string[] | null;
  readonly constraints: readonly string[];
  /** Packages in the lock file that pip cannot get. */
  readonly elsewhere: readonly string[];
  /** Whether the package carries what is to be installed, in `wheels/`. Then no index is asked. */
  readonly hasWheels: boolean;
  /**
   * Whether the machine's own packages are seen too: those of a framework that the package does not bring.
   */
  readonly seesMachine: boolean;
  /** Changes with everything above that matters. */
  readonly digest: string;
};

/** A `node_modules` that a package wants. */
export type NodeWanted = {
  readonly kind: 'node';
  readonly source: 'package-lock.json' | 'package.json';
  readonly files: readonly string[] | 'all';
  /** The `package.json` for npm: what is to be installed, without scripts of the package. */
  readonly manifest: string;
  readonly lock: string | null;
  /** Packages of the lock file that have a script to be run when they are installed. */
  readonly withScripts: readonly string[];
  readonly digest: string;
};

export type Wanted = PythonWanted | NodeWanted;

const WHEELS = 'wheels';

/**
 * What a package wants installed for a job: packages of Python for Python and Robot Framework, of npm for
 * Node, both for a command.
 * @param identity of the package: for an environment that is made of its own files
 * @throws InvalidPackage
 */
export async function wantedBy(runtime: Runtime, content: string, identity: string): Promise<Wanted[]> {
  const wanted: (Wanted | null)[] = [];
  const { kind } = runtime;
  if (kind === 'python' || kind === 'robot' || kind === 'command')
    wanted.push(await pythonWanted(runtime, content, identity));
  if (kind === 'node' || kind === 'command') wanted.push(await nodeWanted(content, identity));
  return wanted.filter((one) => one !== null);
}

async function pythonWanted(
  runtime: Runtime,
  content: string,
  identity: string,
): Promise<PythonWanted | null> {
  const files = folderFiles(content);
  const wheels = await wheelsIn(join(content, WHEELS));
  const found = await readPythonRequirements(files);
  if (!found && wheels.length === 0) return null;
  const names = found?.names ?? new Set(wheels.map(nameOfWheel));
  const requirements = found ?? {
    source: WHEELS,
    files: [],
    lines: [...names],
    constraints: [],
    refersToFiles: false,
    elsewhere: [],
  };
  const seesMachine =
    (runtime.kind === 'robot' && !brings(names, 'robotframework')) ||
    (runtime.kind === 'python' && runtime.python.launcher === 'tool' && !brings(names, 'uipath'));
  const sum = createHash('sha256');
  for (const file of requirements.files) sum.update(`${file}\0${await files.read(file)}\0`);
  for (const file of wheels) {
    sum.update(`${file}\0`);
    await pipeline(createReadStream(join(content, WHEELS, file)), sum, { end: false });
  }
  if (requirements.refersToFiles) sum.update(identity);
  return {
    kind: 'python',
    source: requirements.source,
    files: requirements.refersToFiles
      ? 'all'
      : [...requirements.files, ...wheels.map((file) => `${WHEELS}/${file}`)],
    lines: requirements.lines,
    constraints: requirements.constraints,
    elsewhere: requirements.elsewhere,
    hasWheels: wheels.length > 0,
    seesMachine,
    digest: sum.update(`machine ${seesMachine}`).digest('hex'),
  };
}

async function nodeWanted(content: string, identity: string): Promise<NodeWanted | null> {
  const found = await readNodeRequirements(folderFiles(content));
  if (!found || (await isFolder(join(content, 'node_modules')))) return null;
  const { source, manifest, lock, withScripts, refersToFiles } = found;
  const sum = createHash('sha256').update(`${source}\0${manifest}\0${lock ?? ''}\0`);
  if (refersToFiles) sum.update(identity);
  const files = refersToFiles ? 'all' : [];
  return { kind: 'node', source, files, manifest, lock, withScripts, digest: sum.digest('hex') };
}

async function wheelsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => /\.(whl|tar\.gz|zip)$/.test(name)).sort();
}

/** `Some_Package-1.0-py3-none-any.whl`, `some-package-1.0.tar.gz` */
function nameOfWheel(file: string): string {
  return normal(/^(.+?)-\d/.exec(file)?.[1] ?? file);
}

async function isFolder(path: string): Promise<boolean> {
  return readdir(path).then(
    () => true,
    () => false,
  );
}
