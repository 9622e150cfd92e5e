import type { ContentFiles } from './content-files.ts';
import { InvalidPackage } from './invalid-package.ts';
import { isObject, type JsonObject } from './json.ts';
import { parsePythonProject } from './python-project.ts';
import { parseToml } from './toml.ts';

/** What a Python package wants installed, and which of its files says so. */
export type PythonRequirements = {
  readonly source: 'uv.lock' | 'requirements.txt' | 'pyproject.toml';
  /** The files that were read: these say everything, unless `refersToFiles`. */
  readonly files: readonly string[];
  /** Lines for pip, of the packages that are asked for. Null where `requirements.txt` has them. */
  readonly lines: readonly string[] | null;
  /** The versions of a lock file, as constraints for an installer that cannot read it. */
  readonly constraints: readonly string[];
  /** The packages' names in the normal form: lower case, with hyphens. From a lock file, all of them. */
  readonly names: ReadonlySet<string>;
  /** Whether something is installed from files of the package itself: `-e .`, `./lib`, `lib/a.whl`. */
  readonly refersToFiles: boolean;
  /** Those that have no exact version: a host takes the newest that fits. */
  readonly unpinned: readonly string[];
  /** Packages of a lock file that come from no index: only the tool that wrote the file can get them. */
  readonly elsewhere: readonly string[];
};

/**
 * Reads `uv.lock`, else `requirements.txt`, else the dependencies of `pyproject.toml`. Null where none of
 * them asks for anything.
 * @throws InvalidPackage
 */
export async function readPythonRequirements(files: ContentFiles): Promise<PythonRequirements | null> {
  const project = await files.read('pyproject.toml');
  const lock = await files.read('uv.lock');
  const dependencies =
    project === null ? [] : parsePythonProject(project, files.name('pyproject.toml')).dependencies;
  if (lock !== null && project !== null) return ofLock(lock, dependencies, files.name('uv.lock'));
  if (await files.has('requirements.txt')) {
    const found = await ofFile(files);
    if (found.names.size > 0 || found.refersToFiles) return found;
  }
  if (dependencies.length === 0) return null;
  return {
    source: 'pyproject.toml',
    files: ['pyproject.toml'],
    lines: dependencies,
    constraints: [],
    names: new Set(dependencies.flatMap(nameOf)),
    unpinned: dependencies.filter((line) => !isPinned(line)).flatMap(nameOf),
    refersToFiles: dependencies.some((line) => /@\s*file:/.test(line)),
    elsewhere: [],
  };
}

function ofLock(text: string, dependencies: readonly string[], file: string): PythonRequirements | null {
  if (dependencies.length === 0) return null;
  const listed = parseToml(text, file)['package'];
  const packages = (Array.isArray(listed) ? listed : []).filter(isObject);
  const constraints: string[] = [];
  const names = new Set<string>();
  const elsewhere: string[] = [];
  let refersToFiles = false;
  for (const locked of packages) {
    const { name, version, source } = locked;
    if (typeof name !== 'string' || !isObject(source)) continue;
    if (source['virtual'] === '.' || source['editable'] === '.') continue; // the project itself
    names.add(normal(name));
    const isOfIndex = typeof source['registry'] === 'string';
    if (!isOfIndex) elsewhere.push(name);
    if (!isOfIndex && !('git' in source) && !('url' in source)) refersToFiles = true;
    // Where the resolution has forks, each version is for some hosts only.
    if (isOfIndex && typeof version === 'string')
      for (const marker of markersOf(locked)) constraints.push(`${name}==${version}${marker}`);
  }
  return {
    source: 'uv.lock',
    files: ['uv.lock', 'pyproject.toml'],
    lines: dependencies,
    constraints,
    names,
    unpinned: [],
    refersToFiles,
    elsewhere,
  };
}

function markersOf(locked: JsonObject): readonly string[] {
  const markers = locked['resolution-markers'];
  return Array.isArray(markers) && markers.length > 0 ? markers.map((marker) => ` ; ${marker}`) : [''];
}

/** Reads the files that it names as well. They are relative to the file that names them. */
async function ofFile(files: ContentFiles): Promise<PythonRequirements> {
  const read: string[] = [];
  const names = new Set<string>();
  const unpinned: string[] = [];
  let refersToFiles = false;
  const open = ['requirements.txt'];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (read.includes(file)) continue;
    const text = await files.read(file);
    if (text === null) {
      const problem = 'is named in requirements.txt, but not in the package';
      throw new InvalidPackage('PackageMetadataValidation', files.name(file), problem);
    }
    read.push(file);
    for (const line of linesOf(text)) {
      const other = /^(?:-r|-c|--requirement|--constraint)[\s=]*(\S.*)$/.exec(line)?.[1];
      if (other && !/^\w+:\/\//.test(other)) open.push(joined(file, other.trim()));
      else if (isOfFiles(line)) refersToFiles = true;
      else {
        for (const name of nameOf(line)) names.add(name);
        if (!isPinned(line)) unpinned.push(...nameOf(line));
      }
    }
  }
  return {
    source: 'requirements.txt',
    files: read.sort(),
    lines: null,
    constraints: [],
    names,
    unpinned,
    refersToFiles,
    elsewhere: [],
  };
}

/** Without comments, and with continued lines in one. */
function linesOf(text: string): string[] {
  return text
    .replaceAll('\r\n', '\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

function isOfFiles(line: string): boolean {
  const option = /^(?:-e|--editable|-f|--find-links)[\s=]*(\S+)/.exec(line)?.[1];
  const target = option ?? line;
  if (/^[\w+]+:\/\//.test(target)) return target.startsWith('file:');
  if (option) return true;
  if (line.startsWith('-') || /:\/\//.test(line.replace(/@\s*file:.*/, ''))) return false;
  return (
    /^[./\\~]|^[A-Za-z]:\\/.test(line) || /\.(whl|tar\.gz|zip)(\s|$)/.test(line) || /@\s*file:/.test(line)
  );
}

function joined(from: string, path: string): string {
  const parts: string[] = from.split('/').slice(0, -1);
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** The name that a requirement begins with, in the normal form; none for an option. */
function nameOf(line: string): string[] {
  const name = /^[A-Za-z0-9][A-Za-z0-9._-]*/.exec(line)?.[0];
  return name ? [normal(name)] : [];
}

const isPinned = (line: string): boolean => /===?\s*[\w.!+]+(?!\S*\*)|\s@\s/.test(line);

/** The form in which the names of Python packages are compared. */
export function normal(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/**
 * Whether a package is among what would be installed, as far as a look at the texts tells: quick for a lock
 * file of any size.
 */
export async function bringsPackage(files: ContentFiles, name: string): Promise<boolean> {
  const lock = await files.read('uv.lock');
  if (lock !== null) return new RegExp(`^name = "${name}[-"]`, 'm').test(lock);
  const listed = await files.read('requirements.txt');
  if (listed !== null && brings(new Set(linesOf(listed).flatMap(nameOf)), name)) return true;
  const project = await files.read('pyproject.toml');
  if (project === null) return false;
  try {
    return brings(new Set(parsePythonProject(project).dependencies.flatMap(nameOf)), name);
  } catch (error) {
    if (error instanceof InvalidPackage) return false;
    throw error;
  }
}

/**
 * Whether one of the names is that package, or an extension of it that needs it: `robotframework-browser`.
 */
export function brings(names: ReadonlySet<string>, name: string): boolean {
  return [...names].some((known) => known === name || known.startsWith(`${name}-`));
}
