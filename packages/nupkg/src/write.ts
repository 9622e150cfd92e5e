import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { entryPath, escapeEntryName, pathKey } from './entry-name.ts';
import { ENTRY_POINT_SCHEMA, entryPoint, entryPointsFile } from './entry-points.ts';
import { InvalidPackage } from './invalid-package.ts';
import type { JsonObject } from './json.ts';
import { validPackageId } from './nuspec.ts';
import { packageParts } from './opc.ts';
import type { FileToWrite, PackageToWrite } from './package-to-write.ts';
import { stableId } from './stable-id.ts';
import { normalizeVersion } from './version.ts';

/**
 * The earliest time that zip can hold. It is local time: zip has no time zones, so the bytes are
 * the same everywhere.
 */
const FIXED_TIME = new Date(1980, 0, 1);

/**
 * Makes a `.nupkg` that NuGet clients and the official tools read. The same input gives the same bytes. If
 * there are entry points, `operate.json`, `entry-points.json`, `package-descriptor.json` and
 * `bindings_v2.json` are added unless `files` contains them.
 * @throws InvalidPackage for an id, a version or a path that no reader would accept
 */
export async function writePackage(given: PackageToWrite): Promise<Buffer> {
  const wanted = { ...given, id: validPackageId(given.id, 'id'), version: normalizeVersion(given.version) };
  const content = [...wanted.files, ...generatedFiles(wanted)].map((file) => ({
    ...file,
    path: `content/${checkedPath(file.path)}`,
  }));
  refuseDuplicates(content);

  const zip = new ZipFile();
  const add = ({ path, content: body, executable }: FileToWrite) =>
    zip.addBuffer(Buffer.from(body), escapeEntryName(path), {
      mtime: FIXED_TIME,
      forceDosTimestamp: true,
      mode: executable ? 0o100755 : 0o100644,
    });
  const contentPaths = content.map(({ path }) => path);
  for (const part of packageParts(wanted, contentPaths)) add(part);
  for (const file of content) add(file);
  zip.end();
  return buffer(zip.outputStream);
}

function generatedFiles(wanted: PackageToWrite): FileToWrite[] {
  const points = (wanted.entryPoints ?? []).map((point) => entryPoint(wanted.id, point.path, point));
  const [first] = points;
  if (!first) return [];
  const generated: readonly (readonly [string, JsonObject])[] = [
    ['operate.json', operateFile(wanted, wanted.main ?? first.path)],
    ['entry-points.json', entryPointsFile(points)],
    ['package-descriptor.json', DESCRIPTOR],
    ['bindings_v2.json', { version: '2.0', resources: [] }],
  ];
  const brought = new Set(wanted.files.map(({ path }) => pathKey(path)));
  return generated
    .filter(([path]) => !brought.has(path))
    .map(([path, value]) => ({ path, content: `${JSON.stringify(value, null, 2)}\n` }));
}

function operateFile(wanted: PackageToWrite, main: string): JsonObject {
  return {
    $schema: ENTRY_POINT_SCHEMA,
    projectId: wanted.projectId ?? stableId(wanted.id, ''),
    main,
    contentType: wanted.projectType ?? 'Process',
    targetFramework: 'Portable',
    ...(wanted.targetRuntime && { targetRuntime: wanted.targetRuntime }),
    runtimeOptions: { requiresUserInteraction: wanted.requiresUserInteraction ?? false, isAttended: false },
  };
}

const DESCRIPTOR: JsonObject = {
  $schema: 'https://cloud.uipath.com/draft/2024-12/package-descriptor',
  files: {
    'operate.json': 'content/operate.json',
    'entry-points.json': 'content/entry-points.json',
    'bindings.json': 'content/bindings_v2.json',
  },
};

function checkedPath(path: string): string {
  return entryPath(Buffer.from(escapeEntryName(path)));
}

function refuseDuplicates(files: readonly FileToWrite[]): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    const key = pathKey(path);
    if (seen.has(key)) throw new InvalidPackage('InvalidPackageDetails', path, 'is there twice');
    seen.add(key);
  }
}
