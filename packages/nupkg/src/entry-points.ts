import { InvalidPackage } from './invalid-package.ts';
import { isObject, type JsonObject, optionalArray, optionalString } from './json.ts';
import { normalizeGuid, stableId } from './stable-id.ts';
import { schemaOfXamlArguments } from './xaml-arguments.ts';

/**
 * Where a job of the package can begin. The schemas describe its input and output arguments; null if unknown.
 */
export type EntryPoint = {
  readonly uniqueId: string;
  /** A file, or the name of a function of the official Python tool: the `EntryPointPath` of StartJobs. */
  readonly path: string;
  /** The word of the packer: `process`, `function`, `agent`, ... */
  readonly type: string;
  readonly input: JsonObject | null;
  readonly output: JsonObject | null;
};

export const ENTRY_POINT_SCHEMA = 'https://cloud.uipath.com/draft/2024-12/entry-point';

/**
 * Reads the `entryPoints` of `entry-points.json`, of a `project.json` or of an older `uipath.json`. All
 * three list `{ filePath, uniqueId?, type?, input?, output? }`. A Windows project gives arguments as a list
 * instead of a schema.
 */
export function parseEntryPoints(from: JsonObject, file: string, packageId: string): EntryPoint[] {
  const points = (optionalArray(from, 'entryPoints', file) ?? []).map((value, index) => {
    const field = `${file}: entryPoints[${index}]`;
    if (!isObject(value)) throw new InvalidPackage('PackageMetadataValidation', field, 'has to be an object');
    const path = optionalString(value, 'filePath', field);
    if (!path) throw new InvalidPackage('PackageMetadataValidation', `${field}.filePath`, 'is missing');
    return entryPoint(packageId, path, {
      uniqueId: optionalString(value, 'uniqueId', field),
      type: optionalString(value, 'type', field),
      input: argumentSchema(value['input'], `${field}.input`),
      output: argumentSchema(value['output'], `${field}.output`),
      field,
    });
  });
  refuseDuplicates(points, file);
  return points;
}

type Known = {
  uniqueId?: string | null;
  type?: string | null;
  input?: JsonObject | null;
  output?: JsonObject | null;
  field?: string;
};

/** An entry point with defaults: an id derived from package and path, and unknown arguments. */
export function entryPoint(packageId: string, path: string, known: Known = {}): EntryPoint {
  const uniqueId = known.uniqueId ? normalizeGuid(known.uniqueId) : stableId(packageId, path);
  if (uniqueId === null) {
    throw new InvalidPackage('PackageMetadataValidation', `${known.field ?? path}.uniqueId`, 'is not a GUID');
  }
  return {
    uniqueId,
    path,
    type: known.type || 'process',
    input: known.input ?? null,
    output: known.output ?? null,
  };
}

/** The file that the official packers write and Orchestrator reads. */
export function entryPointsFile(points: readonly EntryPoint[]): JsonObject {
  return {
    $schema: ENTRY_POINT_SCHEMA,
    $id: 'entry-points.json',
    entryPoints: points.map(({ path, uniqueId, type, input, output }) => ({
      filePath: path,
      uniqueId,
      type,
      input: input ?? {},
      output: output ?? {},
    })),
  };
}

/** `{}`, which `entryPointsFile` writes for unknown arguments, is read as unknown again. */
function argumentSchema(value: unknown, field: string): JsonObject | null {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return schemaOfXamlArguments(value, field);
  if (isObject(value)) return Object.keys(value).length === 0 ? null : value;
  throw new InvalidPackage('PackageMetadataValidation', field, 'has to be a JSON schema');
}

export function refuseDuplicates(points: readonly EntryPoint[], file: string): void {
  for (const name of ['path', 'uniqueId'] as const) {
    const seen = new Set<string>();
    for (const point of points) {
      if (seen.has(point[name])) {
        const field = `${file}: entryPoints`;
        throw new InvalidPackage('PackageMetadataValidation', field, `two have the ${name} ${point[name]}`);
      }
      seen.add(point[name]);
    }
  }
}
