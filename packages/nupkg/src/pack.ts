import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultLimits } from './archive.ts';
import { InvalidPackage } from './invalid-package.ts';
import { validPackageId } from './nuspec.ts';
import type { FileToWrite } from './package-to-write.ts';
import { readProjectFolder, refuseTooMany } from './project-folder.ts';
import { readPackage } from './read.ts';
import { type Project, recognizeProject } from './recognize-project.ts';
import { decodeFile } from './text-file.ts';
import { normalizeVersion } from './version.ts';
import { writePackage } from './write.ts';

/** Each of them wins over the project's files. */
export type PackOptions = {
  readonly id?: string;
  readonly version?: string;
  readonly title?: string;
  readonly description?: string;
  readonly authors?: string;
  readonly releaseNotes?: string;
  readonly tags?: string;
  /** Patterns, in addition to the project's: see `project-folder.ts`. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** Files that are not in the folder: what the package carries of its dependencies. */
  readonly more?: readonly FileToWrite[];
  /** The most entries that its server accepts. Default 10,000. */
  readonly maxEntries?: number;
};

/** What a package has besides the files of its project: the manifest and the files that describe it. */
const OWN_ENTRIES = 10;

export type Packed = {
  readonly bytes: Buffer;
  readonly id: string;
  readonly version: string;
  /** `Id.1.2.3.nupkg` */
  readonly fileName: string;
  /** Sentences for the person who packs: what was left out or assumed. */
  readonly warnings: readonly string[];
};

/**
 * Packs a project folder, as `baton pack` does. Nothing is installed, compiled or changed. The same files
 * give the same bytes. The finished package is read back first, so every Baton server accepts it.
 * @throws InvalidPackage that says what the project lacks, or the file system's error
 */
export async function packFolder(folder: string, options: PackOptions = {}): Promise<Packed> {
  await requireFolder(folder);
  const project = await recognizeProject((path) => readText(folder, path));
  const { id, version } = identity(project, options);
  const more = options.more ?? [];
  const maxEntries = options.maxEntries ?? defaultLimits.entries;
  const selection = {
    include: [...project.include, ...(options.include ?? [])],
    exclude: [...project.exclude, ...(options.exclude ?? [])],
  };
  const inFolder = await readProjectFolder(folder, selection, maxEntries - OWN_ENTRIES);
  const { warnings } = inFolder;
  const carried = new Set(more.map(({ path }) => path));
  const files = [...inFolder.files.filter(({ path }) => !carried.has(path)), ...more];
  refuseTooMany(files, maxEntries - OWN_ENTRIES);
  const entryPoints = project.entryPoints(id);
  if (entryPoints.length === 0) {
    throw new InvalidPackage(
      'PackageMetadataValidation',
      'project',
      'has no entry point: nothing would be started',
    );
  }
  const authors = options.authors ?? project.authors;
  const description = options.description ?? project.description;
  if (!authors) warnings.push('no authors are given; the package id stands in for them');
  if (!description) warnings.push('no description is given; the package id stands in for it');

  const bytes = await writePackage({
    id,
    version,
    title: options.title ?? project.title,
    description,
    authors,
    releaseNotes: options.releaseNotes,
    tags: options.tags,
    files: withBindings(
      files.filter(({ path }) => project.keepsEntryPointsFile || path !== 'entry-points.json'),
    ),
    entryPoints,
    main: project.main ?? entryPoints[0]?.path,
    targetRuntime: project.targetRuntime,
    projectId: project.projectId ?? undefined,
    requiresUserInteraction: project.requiresUserInteraction,
  });
  await readPackage(bytes, { entries: maxEntries });
  return { bytes, id, version, fileName: `${id}.${version}.nupkg`, warnings };
}

/** Refuses a missing folder. Otherwise the error would blame the first file that is not found in it. */
async function requireFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  if (found?.isDirectory()) return;
  throw new InvalidPackage('PackageMetadataExtract', folder, found ? 'is no folder' : 'does not exist');
}

function identity(project: Project, options: PackOptions): { id: string; version: string } {
  const id = options.id ?? project.name;
  const version = options.version ?? project.version;
  if (!id) throw missing('name');
  if (!version) throw missing('version');
  return { id: validPackageId(id, 'project: name'), version: normalizeVersion(version) };
}

function missing(field: string): InvalidPackage {
  return new InvalidPackage(
    'PackageMetadataValidation',
    `project: ${field}`,
    'is missing in the project file',
  );
}

/**
 * The official tool keeps bindings as `bindings.json` in the project and as `bindings_v2.json` in the
 * package.
 */
function withBindings(files: readonly FileToWrite[]): FileToWrite[] {
  const bindings = files.find(({ path }) => path === 'bindings.json');
  const hasPacked = files.some(({ path }) => path === 'bindings_v2.json');
  return bindings && !hasPacked ? [...files, { ...bindings, path: 'bindings_v2.json' }] : [...files];
}

async function readText(folder: string, path: string): Promise<string | null> {
  try {
    return decodeFile(await readFile(join(folder, path)), path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
