import type { MetadataModel, OperationModel, PropertyModel, SetModel } from '@baton/odata/metadata';
import { EdmTypes } from './edm-types.ts';
import type { Entity } from './entity.ts';
import type { Dto, Field } from './fields.ts';
import type { Operation } from './operation.ts';

/** Namespace of most operations, and of the container. */
const OPERATIONS = 'UiPath.Server.Configuration.OData';

/** The model of `$metadata`, made from the declarations: the sets, the calls on them, and all types. */
export function metadataOf(operations: readonly Operation[]): MetadataModel {
  const places = operations.flatMap((operation) => placeOf(operation) ?? []);
  const lists = listsOf(places);
  const types = new EdmTypes(lists);
  const sets = [...lists].map(([name, entity]) => ({ name, type: types.entity(entity) }));
  const singletons = [...new Set(places.map(({ set }) => set))]
    .filter((set) => !lists.has(set))
    .map((name) => ({ name, type: types.address(name) }));

  const byNamespace = new Map<string, Map<string, OperationModel>>([[OPERATIONS, new Map()]]);
  for (const place of places) {
    // Every answer is described, even if OData has no form for the call.
    returnOf(place.operation, types);
    if (!place.call || !isCallable(place)) continue;
    const { namespace } = place.call;
    const { type } = [...sets, ...singletons].find(({ name }) => name === place.set)!;
    const model = callOf(place, lists.has(place.set) && !place.keyed ? `Collection(${type})` : type, types);
    if (!byNamespace.has(namespace)) byNamespace.set(namespace, new Map());
    // A call that two addresses of one set offer is described once.
    byNamespace.get(namespace)!.set(`${model.name} ${model.bound}`, model);
  }
  const container = {
    sets: sets
      .map((set) => ({ ...set, bindings: bindingsOf(lists.get(set.name)!, sets, types) }))
      .sort(byName),
    singletons: singletons.sort(byName),
  };
  return {
    schemas: [
      types.schema(),
      ...[...byNamespace].map(([namespace, models]) => ({
        namespace,
        operations: [...models.values()].sort((a, b) => byName(a, b) || (a.bound < b.bound ? -1 : 1)),
        ...(namespace === OPERATIONS ? { container } : {}),
      })),
    ],
  };
}

/** The sets that can be listed at `/odata/{name}`. */
export const setsOf = ({ schemas }: MetadataModel): readonly SetModel[] =>
  schemas.flatMap(({ container }) => container?.sets ?? []);

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

/** Where an operation is found below `/odata`. */
interface Place {
  readonly operation: Operation;
  readonly set: string;
  /** Whether the address names one row: `Jobs({key})`. */
  readonly keyed: boolean;
  /** The function or action. Absent if the operation reads or writes rows. */
  readonly call?: { readonly namespace: string; readonly name: string; readonly takes: 'arguments' | 'body' };
}

function placeOf(operation: Operation): Place | undefined {
  const match = /^\/odata\/(\w+)(\([^)]*\))?(?:\/([\w.]+)\.(\w+)(\(.*\))?)?$/.exec(operation.path);
  if (!match) return undefined;
  const [, set, key, namespace, name, inPath] = match;
  const takes = operation.method === 'GET' || inPath !== undefined ? 'arguments' : 'body';
  return {
    operation,
    set: set!,
    keyed: key !== undefined,
    ...(namespace === undefined ? {} : { call: { namespace, name: name!, takes } }),
  };
}

/** The sets, each with the entity that its plain list answers. */
function listsOf(places: readonly Place[]): ReadonlyMap<string, Entity> {
  const lists = new Map<string, Entity>();
  for (const { operation, set, keyed, call } of places) {
    const { method, answer } = operation;
    if (method !== 'GET' || answer.kind !== 'many' || keyed || call || !isEntity(answer.of)) continue;
    lists.set(set, answer.of);
    if (answer.of.otherSet) lists.set(answer.of.otherSet, answer.of);
  }
  return lists;
}

const isEntity = (of: Dto | Entity | Field): of is Entity => 'navigations' in of;

/**
 * Whether OData has a form for the call. It has functions (GET with arguments in the address) and actions
 * (POST with a JSON object). It has none for other methods, for uploads, or for POST with arguments there.
 */
const isCallable = ({ operation, call }: Place): boolean =>
  operation.method === 'GET' ||
  (operation.method === 'POST' && call?.takes === 'body' && !operation.multipart && !operation.rawBody);

function callOf({ operation, set, keyed, call }: Place, bound: string, types: EdmTypes): OperationModel {
  const { method, answer, params = {}, query = {}, body } = operation;
  const returns = returnOf(operation, types);
  const keepsSet =
    (answer.kind === 'many' || answer.kind === 'one') &&
    isEntity(answer.of) &&
    [answer.of.set, answer.of.otherSet].includes(set);
  const shared = { name: call!.name, bound, returns, ...(keepsSet ? { keepsSet } : {}) };
  if (method !== 'GET') {
    const taken = body && 'fields' in body ? types.properties(body.fields, 'taken') : [];
    return { ...shared, kind: 'Action', parameters: taken };
  }
  const inPath = Object.entries(params).slice(keyed ? 1 : 0);
  const parameters: PropertyModel[] = [
    ...inPath.map(([name, field]) => ({ name, type: types.of(field), nullable: false })),
    ...types.properties(query, 'taken'),
  ];
  return { ...shared, kind: 'Function', parameters };
}

function returnOf({ answer }: Operation, types: EdmTypes): string | undefined {
  switch (answer.kind) {
    case 'nothing':
      return undefined;
    case 'file':
    case 'stream':
      return 'Edm.Stream';
    default: {
      if ('kind' in answer.of)
        return answer.kind === 'many' ? `Collection(${types.of(answer.of)})` : types.of(answer.of);
      if (Object.keys(answer.of.fields).length === 0) return undefined;
      const type = isEntity(answer.of) ? types.entity(answer.of) : types.complex(answer.of);
      return answer.kind === 'many' ? `Collection(${type})` : type;
    }
  }
}

/** The sets that an entity's navigations lead to. Navigations to other rows are left out. */
function bindingsOf(
  { navigations }: Entity,
  sets: readonly SetModel[],
  types: EdmTypes,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(navigations).flatMap(([navigation, { target }]) => {
      const type = types.entity(target());
      const set = sets.find((known) => known.type === type);
      return set ? [[navigation, set.name]] : [];
    }),
  );
}
