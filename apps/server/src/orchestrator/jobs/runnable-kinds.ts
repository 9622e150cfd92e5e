import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { CODE, conflict } from '../../kernel/errors.ts';

/** Kinds of package that Baton's robot cannot run, and why. */
const NOT_OURS: Readonly<Record<string, string>> = {
  xaml:
    'is a UiPath Studio project (XAML or coded workflow); robots of Baton run Python, Node, Robot Framework ' +
    'and commands',
  unknown: 'does not say how to run it',
};

interface Wanted {
  readonly folderId: number;
  readonly kind: string;
  readonly packageName: string;
}

/**
 * Refuses a job that would wait for ever. Robots of others may run such packages: a host of the folder that
 * has ever said so counts, connected or not. The process itself may exist, as a record of what there is.
 */
export async function refuseUnrunnable(
  db: Queryable,
  { folderId, kind, packageName }: Wanted,
): Promise<void> {
  const reason = NOT_OURS[kind];
  if (reason === undefined) return;
  const able = await db.first(sql`
    select from machine_folders mf join sessions s on s.machine_id = mf.machine_id
     where mf.folder_id = ${folderId} and ${kind} = any(s.capabilities) limit 1`);
  if (able) return;
  throw conflict(
    CODE.NoRobotsAvailable,
    `No robot can run this process: its package ${packageName} ${reason}, and no host of the folder runs packages of the kind '${kind}'.`,
  );
}
