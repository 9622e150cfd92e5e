import { type BatonProject, batonEntryPoints, parseBatonProject } from './baton-json.ts';
import type { ContentFiles } from './content-files.ts';
import { type EntryPoint, entryPoint, parseEntryPoints } from './entry-points.ts';
import { type JsonObject, optionalBoolean, optionalObject, optionalString, parseObject } from './json.ts';
import {
  type ProjectType,
  projectTypeOf,
  studioProjectType,
  type TargetFramework,
  targetFrameworkOf,
} from './project-type.ts';
import { parseFunctions } from './python-project.ts';

/** The content of a package's project files, whichever tool wrote them. */
export type ProjectMetadata = {
  /** Null if there is no project file: then the package is not an automation. */
  readonly projectType: ProjectType | null;
  readonly targetFramework: TargetFramework;
  readonly requiresUserInteraction: boolean;
  readonly requires: readonly string[];
  readonly isAttended: boolean;
  readonly supportsMultipleEntryPoints: boolean;
  readonly mainEntryPointPath: string | null;
  readonly entryPoints: readonly EntryPoint[];
};

type Sources = {
  readonly operate: JsonObject | null;
  readonly project: JsonObject | null;
  readonly uipath: JsonObject | null;
  readonly listed: JsonObject | null;
  readonly baton: BatonProject | null;
};

/**
 * Reads all project files. If several say the same thing, `operate.json` wins over `project.json`, which wins
 * over `baton.json`; `entry-points.json` wins over every other list. The packers make `operate.json` and
 * `entry-points.json` for the server.
 * @throws InvalidPackage
 */
export async function readProjectMetadata(files: ContentFiles, packageId: string): Promise<ProjectMetadata> {
  const read = async (path: string) => {
    const text = await files.read(path);
    return text === null ? null : parseObject(text, files.name(path));
  };
  const baton = await read('baton.json');
  const from: Sources = {
    operate: await read('operate.json'),
    project: await read('project.json'),
    uipath: await read('uipath.json'),
    listed: await read('entry-points.json'),
    baton: baton && parseBatonProject(baton, files.name('baton.json')),
  };
  const main =
    (from.operate && optionalString(from.operate, 'main', files.name('operate.json'))) ||
    (from.project && optionalString(from.project, 'main', files.name('project.json'))) ||
    (from.baton?.main ?? null);
  const known = knownEntryPoints(from, files, packageId);
  const entryPoints = known.length === 0 && main ? [entryPoint(packageId, main)] : known;
  const isMain = (point: EntryPoint) => point.path === main;
  return {
    projectType: projectType(from, entryPoints),
    targetFramework: targetFrameworkOf(
      from.operate?.['targetFramework'] ?? from.project?.['targetFramework'],
      from.project ? 'Legacy' : 'Portable',
    ),
    ...runtimeOptions(from, files),
    requires: from.baton?.requires ?? [],
    supportsMultipleEntryPoints: known.length > 0,
    mainEntryPointPath: (entryPoints.find(isMain) ?? entryPoints[0])?.path ?? null,
    entryPoints,
  };
}

function knownEntryPoints(from: Sources, files: ContentFiles, packageId: string): EntryPoint[] {
  for (const [source, path] of [
    [from.listed, 'entry-points.json'],
    [from.project, 'project.json'],
    [from.uipath, 'uipath.json'],
  ] as const) {
    const points = source ? parseEntryPoints(source, files.name(path), packageId) : [];
    if (points.length > 0) return points;
  }
  if (from.uipath) {
    const functions = parseFunctions(from.uipath, files.name('uipath.json'));
    return [...functions.keys()].map((name) => entryPoint(packageId, name, { type: 'function' }));
  }
  return from.baton ? batonEntryPoints(from.baton, packageId) : [];
}

function projectType(from: Sources, entryPoints: readonly EntryPoint[]): ProjectType | null {
  const named = projectTypeOf(from.operate?.['contentType']);
  const studio = from.project && studioProjectType(from.project);
  // A Studio project says more than the word in operate.json: whether StudioX made it, or
  // that it is a library.
  if (studio && (named === null || named === 'Process')) return studio;
  if (named) return named;
  const isProject = from.operate || from.uipath || from.baton || from.listed;
  return isProject ? (projectTypeOf(entryPoints[0]?.type) ?? 'Process') : null;
}

/** Studio projects need a desktop unless they say otherwise. Projects that run on Baton's robot do not. */
function runtimeOptions(from: Sources, files: ContentFiles) {
  const options = [
    ['operate.json', from.operate],
    ['project.json', from.project],
  ] as const;
  const first = (name: string): boolean | null => {
    for (const [path, source] of options) {
      const file = files.name(path);
      const held = source && optionalObject(source, 'runtimeOptions', file);
      const value = held && optionalBoolean(held, name, `${file}: runtimeOptions`);
      if (value !== null) return value;
    }
    return null;
  };
  return {
    requiresUserInteraction:
      first('requiresUserInteraction') ?? from.baton?.requiresUserInteraction ?? from.project !== null,
    isAttended: first('isAttended') ?? false,
  };
}
