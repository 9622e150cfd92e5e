import type { Entity } from '../apps/server/src/kernel/contract/entity.ts';
import type { Permission } from '../apps/server/src/kernel/contract/operation.ts';
import type { Caller } from '../apps/server/src/server.fixture.ts';

export interface Step {
  readonly name: string;
  readonly target: Entity;
  readonly many: boolean;
}
export const stepsOf = (entity: Entity): Step[] =>
  Object.entries(entity.navigations).map(([name, { target, many }]) => ({ name, target: target(), many }));

/** Someone who calls, and what they hold. */
export interface Rights {
  readonly name: string;
  readonly caller: Caller;
  readonly scopes: 'all' | readonly string[];
  readonly tenant: 'all' | readonly string[];
  readonly folders: 'all' | ReadonlyMap<number, readonly string[]>;
}

const has = (held: 'all' | readonly string[], permission: Permission | undefined): boolean =>
  permission !== undefined && (held === 'all' || held.includes(permission as string));

// oxlint-disable-next-line typescript/no-explicit-any -- rows of any entity
export type Row = any;

/** The folder of a row: queues, jobs and processes say it, folders are it. */
const folderOf = ({ name }: Entity, row: Row): number =>
  name === 'OrganizationUnitDto' ? row.Id : row.OrganizationUnitId;

function maySee(target: Entity, row: Row, { scopes, tenant, folders }: Rights): boolean {
  const { reading } = target;
  if (reading === 'as part') return true;
  if (!reading || !(scopes === 'all' || scopes.includes(reading.scope))) return false;
  if (has(tenant, reading.inTenant)) return true;
  if (reading.inFolder === undefined) return false;
  if (folders === 'all') return true;
  const held = folders.get(folderOf(target, row));
  return held !== undefined && (reading.inFolder === 'any role' || has(held, reading.inFolder));
}

/** What is left of a full row for a caller. */
export function pruned(entity: Entity, row: Row, rights: Rights, depth = 2): Row {
  if (depth === 0) return row;
  const copy: Row = { ...row };
  for (const { name, target, many } of stepsOf(entity)) {
    const shown = (other: Row): boolean => other && maySee(target, other, rights);
    const inner = (other: Row): Row => pruned(target, other, rights, depth - 1);
    copy[name] = many ? row[name].filter(shown).map(inner) : shown(row[name]) ? inner(row[name]) : null;
  }
  return copy;
}

/** Navigations alone, each row by what tells it: the rest of a running job changes from call to call. */
export function outline(entity: Entity, row: Row, depth = 2): Row {
  const kept: Row = { id: row[entity.key ?? ''] ?? row.Name ?? row.RoleName };
  if (depth === 0) return kept;
  for (const { name, target, many } of stepsOf(entity)) {
    const inner = (other: Row): Row => outline(target, other, depth - 1);
    kept[name] = many ? row[name].map(inner) : row[name] && inner(row[name]);
  }
  return kept;
}
