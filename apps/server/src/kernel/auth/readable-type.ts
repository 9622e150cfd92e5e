import type { EntityType, Navigation } from '@baton/odata/model';
import sql, { type Sql } from 'sql-template-tag';
import type { Entity, Reading } from '../contract/entity.ts';
import { type Access, hasScope } from './access.ts';
import type { Principal } from './principal.ts';

/** The caller. */
export interface Reader {
  readonly principal: Principal;
  readonly access: Access;
}

/**
 * An entity's type as the caller may follow it. Each navigation leads only to rows that the caller may read.
 * `$expand` shows null or nothing for others, and a filter or an order over a path treats them as null, so
 * neither reveals anything. A caller who may read everything in reach gets the type itself, and so the
 * statements have no further conditions.
 */
export function readableType(entity: Entity, reader: Reader): EntityType {
  const { navigations } = entity;
  if (Object.keys(navigations).length === 0) return entity.type;
  let types = remembered.get(reader.access);
  if (!types) remembered.set(reader.access, (types = new Map()));
  let type = types.get(entity);
  if (!type) {
    type = readsAll(entity, reader, new Set()) ? entity.type : narrowed(entity, reader);
    types.set(entity, type);
  }
  return type;
}

/** An `Access` is of one caller and one set of scopes. */
const remembered = new WeakMap<Access, Map<Entity, EntityType>>();

/** Which rows of an entity a navigation may lead to: all, none (an empty list), or those in some folders. */
function readableFolders(
  reading: Reading | 'as part' | undefined,
  { principal, access }: Reader,
): 'all' | readonly number[] {
  if (reading === 'as part') return 'all';
  if (!reading || !hasScope(principal, reading.scope, 'Read')) return [];
  const { inTenant, inFolder } = reading;
  const rights = access.under(reading.scope, 'Read');
  if (inTenant !== undefined && rights.allows(inTenant)) return 'all';
  if (inFolder === undefined) return [];
  return inFolder === 'any role' ? rights.seenFolders() : rights.folders(inFolder);
}

function readsAll(entity: Entity, reader: Reader, seen: Set<Entity>): boolean {
  if (seen.has(entity)) return true;
  seen.add(entity);
  return Object.values(entity.navigations).every(
    ({ target }) => readableFolders(target().reading, reader) === 'all' && readsAll(target(), reader, seen),
  );
}

const narrowed = (entity: Entity, reader: Reader): EntityType => ({
  ...entity.type,
  navigations: Object.fromEntries(
    Object.entries(entity.navigations).map(([name, { target }]): [string, Navigation] => {
      const navigation = entity.type.navigations[name]!;
      const on = narrowedJoin(navigation, target(), reader);
      return [name, { ...navigation, target: () => readableType(target(), reader), on }];
    }),
  ),
});

function narrowedJoin({ on }: Navigation, target: Entity, reader: Reader): Navigation['on'] {
  const folders = readableFolders(target.reading, reader);
  if (folders === 'all') return on;
  const { inFolder } = target;
  if (folders.length === 0 || !inFolder) return (): Sql => sql`false`;
  return (parent, child) => sql`(${on(parent, child)} and ${inFolder(child, folders)})`;
}
