import { type EntryPoint, entryPoint, refuseDuplicates } from './entry-points.ts';
import { InvalidPackage } from './invalid-package.ts';
import {
  isObject,
  type JsonObject,
  optionalArray,
  optionalBoolean,
  optionalObject,
  optionalString,
  optionalStrings,
} from './json.ts';

const batonRuntimes = ['python', 'node', 'robot', 'command'] as const;
export type BatonRuntime = (typeof batonRuntimes)[number];

export type BatonEntryPoint = {
  readonly path: string;
  readonly uniqueId: string | null;
  readonly input: JsonObject | null;
  readonly output: JsonObject | null;
};

/** Baton's own project file. `README.md` explains it, and `baton.schema.json` describes it for editors. */
export type BatonProject = {
  readonly name: string | null;
  readonly version: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly authors: string | null;
  readonly runtime: BatonRuntime;
  readonly main: string;
  /** The program and its arguments; only for the runtime `command`. */
  readonly command: readonly string[];
  readonly entryPoints: readonly BatonEntryPoint[];
  readonly requiresUserInteraction: boolean;
  /** Labels that a host must have, in small letters and sorted. */
  readonly requires: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Patterns of files that a job leaves in its folder and that are kept with it. */
  readonly artifacts: readonly string[];
  /** The same, kept only if the job faults. */
  readonly evidence: readonly string[];
};

const KNOWN = new Set(
  (
    '$schema name version title description authors runtime main command entryPoints ' +
    'requiresUserInteraction requires include exclude artifacts evidence'
  ).split(' '),
);

/**
 * @throws InvalidPackage that names the property. An unknown property is refused, because it
 *   is a typing error.
 */
export function parseBatonProject(from: JsonObject, file = 'baton.json'): BatonProject {
  const refuse = (name: string, problem: string) =>
    new InvalidPackage('PackageMetadataValidation', `${file}: ${name}`, problem);
  for (const name of Object.keys(from)) if (!KNOWN.has(name)) throw refuse(name, 'is not a known property');

  const runtimeName = optionalString(from, 'runtime', file);
  const runtime = batonRuntimes.find((known) => known === runtimeName);
  if (!runtime) throw refuse('runtime', `has to be one of ${batonRuntimes.join(', ')}`);

  const command = optionalStrings(from, 'command', file);
  if (runtime === 'command' && !command[0]) throw refuse('command', 'is missing: program and arguments');
  if (runtime !== 'command' && command.length > 0)
    throw refuse('command', 'is for the runtime "command" only');

  const points = (optionalArray(from, 'entryPoints', file) ?? []).map((value, index) =>
    parsePoint(value, `${file}: entryPoints[${index}]`),
  );
  // A command may have no file of its own. Then `main` is only the name by which it is started.
  const main =
    optionalString(from, 'main', file) || points[0]?.path || (runtime === 'command' ? 'main' : null);
  if (!main) throw refuse('main', 'is missing: the file to start');

  return {
    name: optionalString(from, 'name', file),
    version: optionalString(from, 'version', file),
    title: optionalString(from, 'title', file),
    description: optionalString(from, 'description', file),
    authors: optionalString(from, 'authors', file),
    runtime,
    main,
    command,
    entryPoints: points,
    requiresUserInteraction: optionalBoolean(from, 'requiresUserInteraction', file) ?? false,
    requires: labels(from, file),
    include: optionalStrings(from, 'include', file),
    exclude: optionalStrings(from, 'exclude', file),
    artifacts: patterns(from, 'artifacts', file),
    evidence: patterns(from, 'evidence', file),
  };
}

const LABEL = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/;
const MOST_LABELS = 32;

function labels(from: JsonObject, file: string): string[] {
  const given = optionalStrings(from, 'requires', file);
  const wrong = given.find((label) => !LABEL.test(label));
  const refuse = (problem: string) =>
    new InvalidPackage('PackageMetadataValidation', `${file}: requires`, problem);
  if (wrong !== undefined) throw refuse(`'${wrong}' is no label: letters, digits and . _ : / -`);
  if (given.length > MOST_LABELS) throw refuse(`has more than ${MOST_LABELS} labels`);
  return [...new Set(given.map((label) => label.toLowerCase()))].sort();
}

const MOST_PATTERNS = 100;

/** Patterns of files in the folder of a job. One that could lead out of it is refused. */
function patterns(from: JsonObject, name: string, file: string): readonly string[] {
  const found = optionalStrings(from, name, file);
  const refuse = (problem: string) =>
    new InvalidPackage('PackageMetadataValidation', `${file}: ${name}`, problem);
  if (found.length > MOST_PATTERNS) throw refuse(`has more than ${MOST_PATTERNS} patterns`);
  for (const pattern of found) {
    if (pattern.trim() === '') throw refuse('has an empty pattern');
    if (/^([/\\]|[a-z]:)/i.test(pattern) || pattern.split(/[/\\]/).includes('..'))
      throw refuse(`'${pattern}' is not a pattern of files in the folder of the job`);
  }
  return found;
}

/** The project's entry points with their ids. They always include `main`, even if it is not listed. */
export function batonEntryPoints(project: BatonProject, packageId: string): EntryPoint[] {
  const listsMain = project.entryPoints.some(({ path }) => path === project.main);
  const listed = project.entryPoints.map((known) =>
    entryPoint(packageId, known.path, { ...known, field: `baton.json: entryPoints ${known.path}` }),
  );
  const points = listsMain ? listed : [entryPoint(packageId, project.main), ...listed];
  refuseDuplicates(points, 'baton.json');
  return points;
}

function parsePoint(value: unknown, field: string): BatonEntryPoint {
  if (!isObject(value)) throw new InvalidPackage('PackageMetadataValidation', field, 'has to be an object');
  const path = optionalString(value, 'path', field);
  if (!path) throw new InvalidPackage('PackageMetadataValidation', `${field}.path`, 'is missing');
  return {
    path,
    uniqueId: optionalString(value, 'uniqueId', field),
    input: optionalObject(value, 'input', field),
    output: optionalObject(value, 'output', field),
  };
}
