import sql, { type Sql } from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { CODE, conflict } from '../../kernel/errors.ts';
import { FINAL, PENDING, WITHOUT_PROCESS } from './transitions.ts';

/**
 * What jobs need, and what happens when it is taken from under one. Three answers:
 *
 * - `refuse`: who takes it gets a 409 that names a job. For things that are deleted by hand: stopping the jobs first is one call, and
 *   a job that was waited for does not end by a slip.
 * - `end`: the job becomes Faulted, with the reason in its Info and its event. For rights: taking them away takes effect at once, also
 *   by a company's directory, and a job that may not call any more has no other end.
 * - `say`: the job goes on waiting, and its Info says for what. For what may come back as it went.
 */
export const NEEDS = {
  packageOfWaiting: 'refuse',
  machineOfRunning: 'refuse',
  machineOfHandedOut: 'refuse',
  machineOfPinned: 'refuse',
  robotOfRunning: 'refuse',
  robotOfHandedOut: 'refuse',
  robotOfPinned: 'refuse',
  userOfRunning: 'refuse',
  userOfHandedOut: 'refuse',
  userOfPinned: 'refuse',
  processOfLive: 'refuse',
  folderOfLive: 'refuse',
  identityOfRunning: 'end',
  identityOfPinned: 'end',
  activityOfRunning: 'end',
  folderRoleOfRunning: 'end',
  sessionOfPinned: 'end',
  folderRoleOfPinned: 'say',
  folderOfPinnedMachine: 'say',
  lastMachineOfFolder: 'say',
  lastAccountOfFolder: 'say',
} as const satisfies Readonly<Record<string, 'refuse' | 'end' | 'say'>>;

/** The condition is on `j`, and names the states too. */
export async function refuseWhileNeeded(tx: Transaction, what: string, condition: Sql): Promise<void> {
  const job = await tx.first<{ key: string; releaseName: string }>(sql`
    select j.key, j.release_name as "releaseName" from jobs j where ${condition} limit 1`);
  if (job)
    throw conflict(
      CODE.ItemIsInUse,
      `${what} is needed by a job that has not ended (${job.releaseName}, ${job.key}): stop it first, or wait.`,
    );
}

/** Packages whose rows are locked or gone: who starts a job of one waits for that, and finds it gone. */
export const waitsForPackage = (feedId: string, packageId: string, version: string): Sql => sql`
  j.state in ${WITHOUT_PROCESS} and j.feed_id = ${feedId}::uuid and j.process_key = ${packageId} and j.process_version = ${version}`;

/** Jobs that a robot runs, that it was handed and is about to run, or that wait for it alone. */
export const needsRobot = (robotIds: readonly number[]): Sql => sql`
  (j.state not in ${FINAL} and j.robot_id = any(${robotIds}::bigint[]))
  or (j.state = ${PENDING} and j.wanted_robot_id = any(${robotIds}::bigint[]))`;

/** Jobs that wait for one of the machines alone. */
export const waitsForMachine = (machineIds: readonly number[]): Sql => sql`
  j.state = ${PENDING} and j.wanted_machine_id = any(${machineIds}::bigint[])`;
