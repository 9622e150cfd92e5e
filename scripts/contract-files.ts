import { globSync } from 'node:fs';
import { join, posix } from 'node:path';
import { AREAS } from '../apps/server/src/areas.ts';
import { COMMAND_CLIENT } from '../apps/server/src/identity/clients/clients.ts';
import { API_SCOPES, USER_SCOPES } from '../apps/server/src/identity/clients/scopes.ts';
import { ROUTES } from '../apps/server/src/identity/routes.ts';
import type { Area } from '../apps/server/src/kernel/area.ts';
import { FULL_ACCESS } from '../apps/server/src/kernel/auth/principal.ts';
import { platform } from '../apps/server/src/kernel/http/dialects/platform.ts';
import { type ContractOperation, contractOperations } from './contract-operations.ts';
import { constantText, importText } from './contract-text.ts';
import { ContractTypes, type NamedType } from './contract-types.ts';
import { closure, readImports } from './import-rules.ts';

const SERVER = 'apps/server/src';
const HEADER = "// Made from the server's declarations by `npm run contract`.";

/** The text of each file of the contract, by its name, such as `queue-items.ts`. */
export async function contractFiles(root: string): Promise<ReadonlyMap<string, string>> {
  const declared = await readDeclarations(root);
  const types = new ContractTypes();
  const operations = contractOperations(
    AREAS.flatMap((area) =>
      area.routes.map(({ operation }) => {
        const { name } = declared.exports.get(operation) ?? {};
        if (!name) throw new Error(`${operation.id} is exported by none of the areas' contracts.`);
        return { name, area, operation };
      }),
    ),
    types,
  );
  const placeOf = placing(declared, operations, types.all());
  const whole = filesOf(operations, placeOf);
  const long = new Set(
    [...whole].filter(([, text]) => text.split('\n').length > MOST_LINES).map(([file]) => file),
  );
  const files = new Map(
    filesOf(operations, (type) => {
      const place = placeOf(type);
      return long.has(place.file) ? { ...place, file: `${place.file}-types` } : place;
    }),
  );
  files.set('identity/open-id', openIdText());
  return new Map([...files].map(([file, text]) => [`${file}.ts`, text]));
}

/** What clients need to register and to sign in. */
const openIdText = (): string =>
  `${[
    HEADER,
    constantText(
      'What an application can be registered for, to use by itself or for a user.',
      'API_SCOPES',
      API_SCOPES,
    ),
    constantText('They need a person.', 'USER_SCOPES', USER_SCOPES),
    constantText('All that the person may do.', 'FULL_ACCESS', FULL_ACCESS),
    constantText('The endpoints of OpenID below `/identity`.', 'ROUTES', ROUTES),
    constantText('What the `baton` command signs in with.', 'COMMAND_CLIENT', COMMAND_CLIENT),
  ].join('\n\n')}\n`;

/** If a file would be longer than this, its types get a file of their own. */
const MOST_LINES = 500;

type Places = (type: NamedType) => Placed;

function filesOf(operations: readonly ContractOperation[], placeOf: Places): ReadonlyMap<string, string> {
  const files = new Map<string, { types: Set<NamedType>; operations: ContractOperation[] }>();
  const at = (file: string) => {
    if (!files.has(file)) files.set(file, { types: new Set(), operations: [] });
    return files.get(file)!;
  };
  for (const operation of operations) {
    at(fileOf(operation.area, operation.tag)).operations.push(operation);
    for (const type of reachedFrom(operation.uses)) at(placeOf(type).file).types.add(placeOf(type).type);
  }
  return new Map(
    [...files].map(([file, { types, operations: called }]) => [
      file,
      fileText(file, [...types], called, placeOf),
    ]),
  );
}

interface Declarations {
  /** The exports of contracts (operations, shapes and enumerations), with the name and the area of each. */
  readonly exports: ReadonlyMap<unknown, { readonly name: string; readonly area: Area | undefined }>;
  /** Whether one area's contract imports another's, directly or through others. */
  readonly leadsTo: (from: Area, to: Area) => boolean;
}

async function readDeclarations(root: string): Promise<Declarations> {
  const paths = globSync(`${SERVER}/**/{contract,*-contract,entities,enumerations}.ts`, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
  const modules = new Map(
    await Promise.all(
      paths.map(async (path) => [path, (await import(join(root, path))) as Record<string, unknown>] as const),
    ),
  );
  const areaOfOperation = new Map<unknown, Area>(
    AREAS.flatMap((area) => area.routes.map(({ operation }) => [operation, area] as const)),
  );
  const areaOf = new Map<string, Area | undefined>();
  for (const [path, module] of modules)
    areaOf.set(path, Object.values(module).flatMap((value) => areaOfOperation.get(value) ?? [])[0]);
  // A module without operations belongs to the area of a module in the same folder.
  for (const [path, area] of areaOf)
    if (!area)
      areaOf.set(
        path,
        [...areaOf].find(([other, its]) => its && posix.dirname(other) === posix.dirname(path))?.[1],
      );
  const exports = new Map<unknown, { name: string; area: Area | undefined }>();
  for (const [path, module] of modules)
    for (const [name, value] of Object.entries(module))
      if (typeof value === 'object' && value !== null && !exports.has(value))
        exports.set(value, { name, area: areaOf.get(path) });
  const imports = readImports(root);
  return {
    exports,
    leadsTo: (from, to) =>
      [...areaOf].some(
        ([path, area]) => area === from && closure(imports, path).some((file) => areaOf.get(file) === to),
      ),
  };
}

const kebab = (name: string): string => name.replace(/(?<=[a-z\d])(?=[A-Z])/g, '-').toLowerCase();

/** Each section of the guide is a file. Identity has a guide of its own. */
const fileOf = (area: Area, tag: string): string => folderOf(area) + kebab(tag);
const folderOf = ({ dialect }: Area): string => (dialect === platform ? 'identity/' : '');

interface Placed {
  readonly type: NamedType;
  readonly file: string;
}

/**
 * Decides which file a type goes to. A type stands with the operations of its area: in the file of the
 * one section that uses it, or in the area's `shared`. A type of no area stands in `shared.ts`.
 * Enumerations of several areas have a file of their own. So the files import each other as the server's
 * modules do, without circles.
 */
function placing(
  { exports, leadsTo }: Declarations,
  operations: readonly ContractOperation[],
  same: ReadonlyMap<NamedType, NamedType>,
): Places {
  const one = (type: NamedType): NamedType => same.get(type)!;
  const users = new Map<NamedType, Set<ContractOperation>>();
  const near = new Map<NamedType, Set<NamedType | ContractOperation>>();
  const note = <K, V>(map: Map<K, Set<V>>, key: K, value: V) =>
    map.get(key)?.add(value) ?? map.set(key, new Set([value]));
  for (const operation of operations) {
    for (const type of operation.uses) note(near, one(type), operation);
    for (const type of reachedFrom(operation.uses)) {
      note(users, one(type), operation);
      for (const used of type.uses) note(near, one(used), one(type));
    }
  }
  const homes = new Map<NamedType, Area | undefined>();
  const homeOf = (type: NamedType): Area | undefined => {
    if (homes.has(type)) return homes.get(type);
    // If the type is reached again on the way, it must not count for itself.
    homes.set(type, undefined);
    const exported = [...type.sources].flatMap((source) => exports.get(source)?.area ?? []);
    const homesOfUsers = () =>
      [...near.get(type)!].map((user) => ('area' in user ? user.area : homeOf(user)));
    const home = lowest([...new Set(exported.length > 0 ? exported : homesOfUsers())], leadsTo);
    homes.set(type, home);
    return home;
  };
  return (given) => {
    const type = one(given);
    const areas = new Set([...users.get(type)!].map(({ area }) => area));
    if (type.isEnumeration && areas.size > 1) return { type, file: 'enumerations' };
    const home = homeOf(type);
    if (!home) return { type, file: 'shared' };
    const tagsOf = (of: Iterable<ContractOperation>) => [
      ...new Set([...of].filter(({ area }) => area === home).map(({ tag }) => tag)),
    ];
    const all = tagsOf(operations);
    const using = all.length === 1 ? all : tagsOf(users.get(type)!);
    if (using.length === 1) return { type, file: fileOf(home, using[0]!) };
    return { type, file: folderOf(home) ? `${folderOf(home)}shared` : `${home.name}-shared` };
  };
}

/** The area that all the others build upon. */
function lowest(areas: readonly (Area | undefined)[], leadsTo: Declarations['leadsTo']): Area | undefined {
  if (areas.includes(undefined)) return undefined;
  return areas.find((area) => areas.every((other) => other === area || leadsTo(other!, area!)));
}

function reachedFrom(types: Iterable<NamedType>): ReadonlySet<NamedType> {
  const reached = new Set(types);
  for (const type of reached) for (const used of type.uses) reached.add(used);
  return reached;
}

function fileText(
  file: string,
  types: readonly NamedType[],
  operations: readonly ContractOperation[],
  placeOf: Places,
): string {
  const imported = new Map<string, Map<string, NamedType>>();
  for (const { uses } of [...types, ...operations])
    for (const used of uses) {
      const { type, file: from } = placeOf(used);
      if (!imported.has(from)) imported.set(from, new Map());
      const known = imported.get(from)!.get(type.name);
      if (known && known !== type) throw new Error(`${from} would declare ${type.name} in two ways.`);
      imported.get(from)!.set(type.name, type);
    }
  const names = new Map([...imported].map(([from, used]) => [from, [...used.keys()]]));
  names.delete(file);
  const helpers = new Set(operations.flatMap(({ helpers: used }) => [...used]));
  if (helpers.size > 0) names.set('operation', [...helpers]);
  const inFolder = posix.dirname(file);
  const imports = [...names]
    .map(([from, of]): [string, string[]] => {
      const path = posix.relative(inFolder, from);
      return [path.startsWith('.') ? path : `./${path}`, of.sort(naturally)];
    })
    .sort(([a], [b]) => Number(b.startsWith('..')) - Number(a.startsWith('..')) || naturally(a, b))
    .map(([from, of]) => importText(of, `${from}.ts`));
  return `${[
    [HEADER, ...imports].join('\n'),
    ...types.map(({ text }) => text),
    ...operations.map(({ text }) => text),
  ].join('\n\n')}\n`;
}

const { compare: naturally } = new Intl.Collator('en', { numeric: true });
