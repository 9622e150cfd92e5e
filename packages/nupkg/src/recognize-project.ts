import { type BatonProject, batonEntryPoints, parseBatonProject } from './baton-json.ts';
import { type EntryPoint, entryPoint, parseEntryPoints } from './entry-points.ts';
import { InvalidPackage } from './invalid-package.ts';
import {
  isObject,
  type JsonObject,
  optionalObject,
  optionalString,
  optionalStrings,
  parseObject,
} from './json.ts';
import { parseFunctions, parsePythonProject } from './python-project.ts';

/** A project folder as `pack.ts` needs it, whatever kind of project file it has. */
export type Project = {
  readonly name: string | null;
  readonly version: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly authors: string | null;
  readonly targetRuntime: string;
  readonly projectId: string | null;
  readonly main: string | null;
  readonly requiresUserInteraction: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /**
   * Whether its `entry-points.json` is complete and goes into the package as it is. Tools keep more in
   * it than Baton reads.
   */
  readonly keepsEntryPointsFile: boolean;
  /** Takes the package's id, which an option can change, because the ids of entry points derive from it. */
  readonly entryPoints: (packageId: string) => EntryPoint[];
};

/** Reads a file of the project folder; null if there is none. */
export type ReadText = (path: string) => Promise<string | null>;

/**
 * `baton.json` wins. Next comes a project of the official Python tool (`uipath.json` and `pyproject.toml`),
 * then a `package.json` with `main`.
 * @throws InvalidPackage that says what is missing
 */
export async function recognizeProject(read: ReadText): Promise<Project> {
  const json = async (path: string) => {
    const text = await read(path);
    return text === null ? null : parseObject(text, path);
  };
  const baton = await json('baton.json');
  if (baton) return fromBaton(parseBatonProject(baton));

  const uipath = await json('uipath.json');
  const toml = await read('pyproject.toml');
  if (uipath && toml !== null) return fromPython(uipath, toml, await json('entry-points.json'));

  const node = await json('package.json');
  if (node?.['main']) return fromNode(node, await json('entry-points.json'));

  if ((await read('project.json')) !== null)
    throw unknown('is a UiPath Studio project; pack it with UiPath tools');
  if (uipath) throw unknown('has uipath.json, but no pyproject.toml with name and version');
  if (node) throw unknown('has package.json, but it names no "main" file');
  throw unknown('has none of baton.json, uipath.json with pyproject.toml, package.json with "main"');
}

function unknown(problem: string): InvalidPackage {
  return new InvalidPackage('PackageMetadataExtract', 'project', problem);
}

const NOTHING = {
  title: null,
  projectId: null,
  main: null,
  requiresUserInteraction: false,
  include: [],
  exclude: [],
};

function fromBaton(project: BatonProject): Project {
  const entryPoints = (packageId: string) => batonEntryPoints(project, packageId);
  return {
    ...project,
    targetRuntime: project.runtime,
    projectId: null,
    keepsEntryPointsFile: false,
    entryPoints,
  };
}

function fromPython(uipath: JsonObject, toml: string, listed: JsonObject | null): Project {
  const { name, version, description, authors } = parsePythonProject(toml);
  const pack = optionalObject(uipath, 'packOptions', 'uipath.json') ?? {};
  const excluded = (list: string) => optionalStrings(pack, list, 'uipath.json: packOptions');
  return {
    ...NOTHING,
    name,
    version,
    description,
    authors,
    targetRuntime: 'python',
    projectId: optionalString(uipath, 'id', 'uipath.json'),
    keepsEntryPointsFile: isComplete(listed),
    exclude: [...excluded('filesExcluded'), ...excluded('directoriesExcluded')],
    entryPoints: (packageId) => {
      const known = listed ? parseEntryPoints(listed, 'entry-points.json', packageId) : [];
      if (known.length > 0) return known;
      const older = parseEntryPoints(uipath, 'uipath.json', packageId);
      if (older.length > 0) return older;
      const functions = [...parseFunctions(uipath, 'uipath.json').keys()];
      return functions.map((name) => entryPoint(packageId, name, { type: 'function', ...ANY_OBJECT }));
    },
  };
}

function fromNode(node: JsonObject, listed: JsonObject | null): Project {
  const file = 'package.json';
  const main = (optionalString(node, 'main', file) ?? '').replace(/^(\.\/)+/, '');
  return {
    ...NOTHING,
    // `@acme/invoices` becomes `acme.invoices`, because ids of NuGet have no scopes.
    name: optionalString(node, 'name', file)?.replace(/^@/, '').replaceAll('/', '.') ?? null,
    version: optionalString(node, 'version', file),
    description: optionalString(node, 'description', file),
    authors: nodeAuthor(node['author']),
    targetRuntime: 'node',
    main,
    keepsEntryPointsFile: isComplete(listed),
    entryPoints: (packageId) => {
      const known = listed ? parseEntryPoints(listed, 'entry-points.json', packageId) : [];
      return known.length > 0 ? known : [entryPoint(packageId, main)];
    },
  };
}

function isComplete(listed: JsonObject | null): boolean {
  const points = listed?.['entryPoints'];
  return Array.isArray(points) && points.length > 0 && points.every(hasId);
}

function hasId(point: unknown): boolean {
  return isObject(point) && typeof point['uniqueId'] === 'string';
}

/** The schemas of a function that nobody described: it takes an object and returns one. */
const ANY_OBJECT = { input: { type: 'object', properties: {} }, output: { type: 'object', properties: {} } };

/** `Ada <ada@b.c> (https://b.c)` or an object with a name. */
function nodeAuthor(author: unknown): string | null {
  const named = typeof author === 'object' && author !== null && 'name' in author ? author.name : author;
  return typeof named === 'string' ? named.replace(/\s*[<(].*$/s, '') || null : null;
}
