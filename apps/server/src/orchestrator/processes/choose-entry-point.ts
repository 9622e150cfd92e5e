import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { invalid } from '../../kernel/errors.ts';

export interface ChosenEntryPoint {
  readonly id: number;
  readonly uniqueId: string;
  readonly path: string;
  readonly isMain: boolean;
  readonly inputSchema: Record<string, unknown> | null;
}

interface Wanted {
  readonly id?: number | null;
  readonly path?: string | null;
}

/** What a process has now. */
interface Current {
  readonly entryPointId: number | null;
  readonly entryPointPath: string | null;
  readonly entryPointUniqueId: string | null;
}

/**
 * The entry point of a package that a caller names by id or path. Clients that put a whole process back name
 * the one it has by both, so only what differs from it is a wish. Without a wish: the same one in this
 * version of the package (by its unique id, then its path), or else the main one. Undefined for packages
 * without any.
 */
export async function chooseEntryPoint(
  db: Queryable,
  packageRowId: number,
  wanted: Wanted,
  current?: Current,
): Promise<ChosenEntryPoint | undefined> {
  const points = await db.query<ChosenEntryPoint>(sql`
    select id, unique_id as "uniqueId", path, is_main as "isMain", input_schema as "inputSchema"
      from package_entry_points where package_row_id = ${packageRowId} order by position`);
  if (isGiven(wanted.id) && wanted.id !== current?.entryPointId) {
    return points.find(({ id }) => id === wanted.id) ?? refuse('EntryPointId', wanted.id);
  }
  if (isGiven(wanted.path) && wanted.path !== '' && wanted.path !== current?.entryPointPath) {
    return points.find(({ path }) => path === wanted.path) ?? refuse('EntryPointPath', wanted.path);
  }
  return (
    (current && points.find(({ uniqueId }) => uniqueId === current.entryPointUniqueId)) ??
    (current && points.find(({ path }) => path === current.entryPointPath)) ??
    points.find(({ isMain }) => isMain) ??
    points[0]
  );
}

const isGiven = <T>(value: T | null | undefined): value is T => value !== null && value !== undefined;

function refuse(field: string, value: string | number): never {
  throw invalid(field, `the package has no entry point ${value}`);
}
