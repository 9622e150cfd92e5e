import type { ContentFiles } from './content-files.ts';
import { isObject, type JsonObject, parseObject } from './json.ts';

/** What a Node package wants installed. */
export type NodeRequirements = {
  readonly source: 'package-lock.json' | 'package.json';
  /**
   * What npm reads of `package.json`. Without its scripts: those are the package's own, not its
   * dependencies'.
   */
  readonly manifest: string;
  readonly lock: string | null;
  /** Packages of the lock file that have a script which is run when they are installed. */
  readonly withScripts: readonly string[];
  /** Whether something is installed from files of the package itself: `file:lib`, workspaces. */
  readonly refersToFiles: boolean;
};

const FOR_NPM = (
  'name version dependencies optionalDependencies peerDependencies peerDependenciesMeta devDependencies ' +
  'overrides workspaces bundleDependencies bundledDependencies engines os cpu'
).split(' ');

/**
 * Null where `package.json` asks for nothing that a job needs.
 * @throws InvalidPackage
 */
export async function readNodeRequirements(files: ContentFiles): Promise<NodeRequirements | null> {
  const text = await files.read('package.json');
  if (text === null) return null;
  const project = parseObject(text, files.name('package.json'));
  const wanted = ['dependencies', 'optionalDependencies'].flatMap((group) =>
    isObject(project[group]) ? Object.values(project[group]) : [],
  );
  if (wanted.length === 0) return null;
  const lock = await files.read('package-lock.json');
  const locked = lock === null ? [] : packagesOf(parseObject(lock, files.name('package-lock.json')));
  const manifest = FOR_NPM.filter((name) => name in project).map((name) => [name, project[name]]);
  return {
    source: lock === null ? 'package.json' : 'package-lock.json',
    manifest: `${JSON.stringify(Object.fromEntries(manifest), null, 2)}\n`,
    lock,
    withScripts: locked
      .filter(([, { dev, hasInstallScript }]) => hasInstallScript === true && dev !== true)
      .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)),
    refersToFiles:
      'workspaces' in project ||
      wanted.some(isOfFiles) ||
      locked.some(([, { link, resolved }]) => link === true || isOfFiles(resolved)),
  };
}

function packagesOf(lock: JsonObject): [string, JsonObject][] {
  const { packages } = lock;
  if (!isObject(packages)) return [];
  return Object.entries(packages).filter(
    (pair): pair is [string, JsonObject] => pair[0] !== '' && isObject(pair[1]),
  );
}

const isOfFiles = (value: unknown): boolean => typeof value === 'string' && /^(file:|\.{0,2}\/)/.test(value);
