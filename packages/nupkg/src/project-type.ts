import type { JsonObject } from './json.ts';
import { isObject } from './json.ts';

/** `PackageDtoProjectType` of the API. */
const projectTypes = [
  'Undefined',
  'Process',
  'ProcessLibrary',
  'BusinessProcess',
  'BusinessProcessLibrary',
  'TestAutomationProcess',
  'ProcessOrchestration',
  'BusinessProcessOrchestration',
  'WebApp',
  'BusinessWebApp',
  'Agent',
  'BusinessAgent',
  'Api',
  'MCPServer',
  'BusinessRules',
  'CaseManagement',
] as const;
export type ProjectType = (typeof projectTypes)[number];

/** `ProcessDtoPackageType`: the same types, without telling apart who designed them. */
export type PackageType = Exclude<ProjectType, `Business${'Process' | 'WebApp' | 'Agent'}${string}`>;

export type TargetFramework = 'Legacy' | 'Windows' | 'Portable';

/** Other words that Studio and the packers use for some of them. Case is ignored. */
const WORDS: Readonly<Record<string, ProjectType>> = {
  function: 'Process',
  workflow: 'Process',
  library: 'ProcessLibrary',
  objects: 'ProcessLibrary',
  tests: 'TestAutomationProcess',
  testautomation: 'TestAutomationProcess',
};

/** Null for a word that names no type. */
export function projectTypeOf(word: unknown): ProjectType | null {
  if (typeof word !== 'string') return null;
  const wanted = word.toLowerCase();
  const type = projectTypes.find((known) => known.toLowerCase() === wanted);
  return type ?? (Object.hasOwn(WORDS, wanted) ? (WORDS[wanted] ?? null) : null);
}

/**
 * The type of a Studio project. `outputType` says what it makes, and `projectProfile`
 * whether StudioX made it.
 */
export function studioProjectType(project: JsonObject): ProjectType {
  const design = isObject(project['designOptions']) ? project['designOptions'] : {};
  const type = projectTypeOf(design['outputType']) ?? projectTypeOf(project['projectType']) ?? 'Process';
  if (design['projectProfile'] !== 'Business' && design['projectProfile'] !== 'StudioX') return type;
  return projectTypeOf(`Business${type}`) ?? type;
}

export function packageTypeOf(type: ProjectType): PackageType {
  if (type === 'BusinessRules') return type;
  return type.replace(/^Business/, '') as PackageType;
}

/** Studio projects older than this property are Legacy. All of Baton's own are Portable. */
export function targetFrameworkOf(word: unknown, otherwise: TargetFramework): TargetFramework {
  const known = (['Legacy', 'Windows', 'Portable'] as const).find(
    (name) => typeof word === 'string' && name.toLowerCase() === word.toLowerCase(),
  );
  return known ?? otherwise;
}
