import { type BatonProject, parseBatonProject } from './baton-json.ts';
import type { ContentFiles } from './content-files.ts';
import { InvalidPackage } from './invalid-package.ts';
import { isObject, type JsonObject, parseObject } from './json.ts';
import { parseFunctions, parsePythonProject, parsePythonTarget } from './python-project.ts';
import { bringsPackage } from './python-requirements.ts';

/** What to start: a file, and the function in it that takes the job's arguments, if there is one. */
export type RuntimeEntry = { readonly path: string; readonly function?: string };

/** How a package's job is run. */
export type Runtime =
  | { readonly kind: 'python'; readonly entry: RuntimeEntry; readonly python: PythonNeeds }
  | { readonly kind: 'node'; readonly entry: RuntimeEntry }
  /** `bringsFramework`: Robot Framework is among what the package wants installed. */
  | { readonly kind: 'robot'; readonly entry: RuntimeEntry; readonly bringsFramework: boolean }
  | { readonly kind: 'command'; readonly entry: RuntimeEntry; readonly command: readonly string[] }
  /** Packages that the open robot stores but cannot run; `reason` is a sentence for the job's error. */
  | { readonly kind: 'xaml' | 'unknown'; readonly entry: RuntimeEntry; readonly reason: string };

export type PythonNeeds = {
  /**
   * `script`: run the file. `function`: import the file and call the function. `tool`: the entry point
   * is a name that only the official tool understands (a graph, an agent), so `uipath run
   * <entry.path>` must run it.
   */
  readonly launcher: 'script' | 'function' | 'tool';
  readonly requiresPython: string | null;
  readonly dependencies: readonly string[];
  readonly hasPyproject: boolean;
  readonly hasUvLock: boolean;
  readonly hasRequirements: boolean;
  /**
   * Why `pyproject.toml` could not be read. Then the requirement and the dependencies are
   * unknown, not absent.
   */
  readonly problem: string | null;
};

/**
 * The capability that a host needs to run it. A package that brings Robot Framework runs on every host with
 * Python, because the host installs what the package wants.
 */
export function capabilityFor(runtime: Runtime): string {
  return runtime.kind === 'robot' && runtime.bringsFramework ? 'python' : runtime.kind;
}

/**
 * Says how to run an entry point, or the main one if none is given.
 * @throws InvalidPackage for broken project files, and (`PackageMetadataValidation`) for an entry point whose
 *   file is not in the package
 */
export async function describeRuntime(files: ContentFiles, entryPointPath?: string | null): Promise<Runtime> {
  const baton = await readJson(files, 'baton.json');
  if (baton) return batonRuntime(files, parseBatonProject(baton, files.name('baton.json')), entryPointPath);

  const operate = await readJson(files, 'operate.json');
  const uipath = await readJson(files, 'uipath.json');
  const path = entryPointPath || (await mainPath(files, operate, uipath));
  if (uipath) return officialPython(files, uipath, path);
  if (/\.(xaml|cs)$/i.test(path) || (await files.has('project.json'))) return xaml(path);
  return plainRuntime(files, path, text(operate?.['targetRuntime']));
}

async function batonRuntime(files: ContentFiles, project: BatonProject, entryPointPath?: string | null) {
  const path = entryPointPath || project.main;
  if (project.runtime === 'command') {
    return { kind: 'command', entry: { path }, command: project.command } as const;
  }
  return plainRuntime(files, path, project.runtime);
}

/**
 * How to run an entry point that is a file: by the runtime that the package names, or else by its extension.
 */
async function plainRuntime(files: ContentFiles, path: string, named: string | null): Promise<Runtime> {
  const kind = named?.toLowerCase() ?? '';
  if (kind === 'python' || /\.py(:[^:]*)?$/.test(path)) {
    const target = parsePythonTarget(path);
    if (!target) return python(files, { path }, 'tool');
    await requireFile(files, target.path, path);
    return python(files, target, target.function ? 'function' : 'script');
  }
  if (kind === 'node' || /\.[cm]?[jt]s$/.test(path)) {
    await requireFile(files, path, path);
    return { kind: 'node', entry: { path } };
  }
  if (kind === 'robot' || path.endsWith('.robot')) {
    await requireFile(files, path, path);
    return { kind: 'robot', entry: { path }, bringsFramework: await bringsPackage(files, 'robotframework') };
  }
  return { kind: 'unknown', entry: { path }, reason: `Nothing in the package says how to run '${path}'.` };
}

/**
 * Packages of the official Python tool. Newer ones name functions (`"main": "main.py:main"`), and their entry
 * points are those names. In older ones the entry points are files, and the tool calls their function `main`.
 */
async function officialPython(files: ContentFiles, uipath: JsonObject, path: string): Promise<Runtime> {
  const named = parseFunctions(uipath, files.name('uipath.json')).get(path);
  const target = named ?? parsePythonTarget(path);
  if (!target) return python(files, { path }, 'tool');
  await requireFile(files, target.path, path);
  return python(files, { path: target.path, function: target.function ?? 'main' }, 'function');
}

async function python(
  files: ContentFiles,
  entry: RuntimeEntry,
  launcher: PythonNeeds['launcher'],
): Promise<Runtime> {
  const needs = {
    launcher,
    hasPyproject: await files.has('pyproject.toml'),
    hasUvLock: await files.has('uv.lock'),
    hasRequirements: await files.has('requirements.txt'),
  };
  try {
    const toml = await files.read('pyproject.toml');
    const { requiresPython, dependencies } = parsePythonProject(toml ?? '', files.name('pyproject.toml'));
    return { kind: 'python', entry, python: { ...needs, requiresPython, dependencies, problem: null } };
  } catch (error) {
    if (!(error instanceof InvalidPackage)) throw error;
    const unknown = { requiresPython: null, dependencies: [], problem: error.message };
    return { kind: 'python', entry, python: { ...needs, ...unknown } };
  }
}

function xaml(path: string): Runtime {
  const reason =
    'This is a UiPath Studio project (XAML or coded workflow), which needs UiPath Robot; ' +
    "Baton's robot runs Python, Node, Robot Framework and commands.";
  return { kind: 'xaml', entry: { path }, reason };
}

/** The main entry point, looked for in the order that the official tools agree on. */
async function mainPath(files: ContentFiles, operate: JsonObject | null, uipath: JsonObject | null) {
  const project = await readJson(files, 'project.json');
  const listed = (await readJson(files, 'entry-points.json'))?.['entryPoints'] ?? uipath?.['entryPoints'];
  const first: unknown = Array.isArray(listed) ? listed[0] : null;
  const [name] = isObject(uipath?.['functions']) ? Object.keys(uipath['functions']) : [];
  const path =
    text(operate?.['main']) ??
    text(project?.['main']) ??
    text(isObject(first) ? first['filePath'] : null) ??
    name;
  if (path) return path;
  throw new InvalidPackage('PackageMetadataValidation', files.name(''), 'names no entry point to start');
}

async function requireFile(files: ContentFiles, file: string, entryPoint: string): Promise<void> {
  if (await files.has(file)) return;
  const problem =
    file === entryPoint ? 'is an entry point, but no file' : `is the file of '${entryPoint}', but missing`;
  throw new InvalidPackage('PackageMetadataValidation', files.name(file), problem);
}

async function readJson(files: ContentFiles, path: string): Promise<JsonObject | null> {
  const content = await files.read(path);
  return content === null ? null : parseObject(content, files.name(path));
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
