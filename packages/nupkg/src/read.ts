import { type Archive, defaultLimits, type Limits, openArchive, readAll } from './archive.ts';
import { archiveFiles, type ContentFiles } from './content-files.ts';
import type { EntryPoint } from './entry-points.ts';
import { InvalidPackage } from './invalid-package.ts';
import { type JsonObject, parseObject } from './json.ts';
import { type Nuspec, parseNuspec } from './nuspec.ts';
import { type ProjectMetadata, readProjectMetadata } from './project-metadata.ts';
import type { TargetFramework } from './project-type.ts';
import { type PackageType, type ProjectType, packageTypeOf } from './project-type.ts';
import { describeRuntime, type Runtime } from './runtime.ts';
import { decodeFile } from './text-file.ts';
import { isPrerelease } from './version.ts';

export type PackageContents = {
  readonly id: string;
  /** In NuGet's normal form. */
  readonly version: string;
  readonly isPrerelease: boolean;
  readonly title: string;
  readonly description: string;
  readonly authors: string;
  readonly owners: string | null;
  readonly summary: string | null;
  readonly releaseNotes: string | null;
  readonly tags: string | null;
  readonly projectUrl: string | null;
  readonly licenseUrl: string | null;
  readonly iconUrl: string | null;
  /**
   * `Undefined` for a NuGet package that is not an automation. The server decides whether a feed accepts it.
   */
  readonly projectType: ProjectType;
  readonly packageType: PackageType;
  readonly targetFramework: TargetFramework;
  readonly requiresUserInteraction: boolean;
  /** Labels that hosts must have to run it: `requires` of `baton.json`, in small letters. */
  readonly requires: readonly string[];
  readonly isAttended: boolean;
  /** Whether it contains assemblies: a library, or a Studio project that was compiled. */
  readonly isCompiled: boolean;
  readonly supportsMultipleEntryPoints: boolean;
  /** Null for libraries only. */
  readonly mainEntryPointPath: string | null;
  readonly entryPoints: readonly EntryPoint[];
  /** How the main entry point is run; null if there is none. */
  readonly runtime: Runtime | null;
  /** The assets, queues and so on that the automation declares: `resources` of `bindings_v2.json`. */
  readonly bindings: readonly unknown[];
};

export type ReadOptions = Partial<Limits> & {
  /**
   * Unpacks every file to check sizes and checksums. Default true. False if the bytes were checked before.
   */
  readonly verifyContents?: boolean;
};

/**
 * Checks a package, in memory or in a file, and reads its metadata. Writes nothing.
 * @throws InvalidPackage, and no other error, whatever the bytes are
 */
export async function readPackage(
  source: Buffer | string,
  options: ReadOptions = {},
): Promise<PackageContents> {
  const archive = await openArchive(source, options);
  try {
    if (options.verifyContents ?? true) await verifyContents(archive);
    return await readContents(archive, options.metadataBytes ?? defaultLimits.metadataBytes);
  } finally {
    archive.close();
  }
}

/** The folder of a package that holds the automation: `content`, or `lib/net45` in older Studio packages. */
export function contentRoot(archive: Archive): string {
  if (archive.find('content/project.json') || !archive.find('lib/net45/project.json')) return 'content';
  return 'lib/net45';
}

async function readContents(archive: Archive, maxBytes: number): Promise<PackageContents> {
  const nuspec = await readNuspec(archive, maxBytes);
  const files = archiveFiles(archive, contentRoot(archive), maxBytes);
  const project = await readProjectMetadata(files, nuspec.id);
  const isCompiled = archive.files.some(({ path }) => /^lib\/.*\.dll$/i.test(path));
  const projectType = project.projectType ?? (isCompiled ? 'ProcessLibrary' : 'Undefined');
  const { mainEntryPointPath } = project;
  requireEntryPoint(project, projectType, files);
  return {
    ...nuspec,
    title: nuspec.title ?? nuspec.id,
    description: nuspec.description ?? '',
    authors: nuspec.authors ?? '',
    isPrerelease: isPrerelease(nuspec.version),
    ...project,
    projectType,
    packageType: packageTypeOf(projectType),
    isCompiled,
    runtime: mainEntryPointPath === null ? null : await describeRuntime(files, mainEntryPointPath),
    bindings: await readBindings(files),
  };
}

async function readNuspec(archive: Archive, maxBytes: number): Promise<Nuspec> {
  const [file, second] = archive.files.filter(({ path }) => /^[^/]+\.nuspec$/i.test(path));
  if (!file) throw new InvalidPackage('PackageMetadataExtract', 'package', 'has no .nuspec file');
  if (second) throw new InvalidPackage('PackageMetadataExtract', second.path, 'is a second .nuspec file');
  return parseNuspec(decodeFile(await readAll(file, maxBytes), file.path), file.path);
}

/** A process that cannot be started is a packing mistake. It is reported now rather than at the first job. */
function requireEntryPoint(project: ProjectMetadata, type: ProjectType, files: ContentFiles): void {
  if (project.mainEntryPointPath !== null || type !== 'Process') return;
  throw new InvalidPackage(
    'PackageMetadataValidation',
    files.name('entry-points.json'),
    'names no entry point',
  );
}

/** Bindings are only shown to people, so a file of an unusual form counts as none. */
async function readBindings(files: ContentFiles): Promise<readonly unknown[]> {
  const text = await files.read('bindings_v2.json');
  if (text === null) return [];
  const bindings: JsonObject = parseObject(text, files.name('bindings_v2.json'));
  return Array.isArray(bindings['resources']) ? bindings['resources'] : [];
}

async function verifyContents(archive: Archive): Promise<void> {
  for (const file of archive.files) {
    const chunks = file.chunks();
    while (!(await chunks.next()).done);
  }
}
