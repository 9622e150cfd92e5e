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

/** The current entry point of a process. */
interface Current {
  readonly entryPointId: number | null;
  readonly entryPointPath: string | null;
  readonly entryPointUniqueId: string | null;
}

/**
 * The entry point of a package that the caller names by id or path. Clients that put a whole process back
 * send its current id and path along. So only a value that differs from the current one is a choice. Without
 * a choice, the process keeps its entry point: the one with the same unique id in this version of the
 * package, or else with the same path. If there is none, it is the main one. Undefined if the package has no
 * entry points.
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
