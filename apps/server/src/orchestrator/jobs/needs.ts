import sql, { type Sql } from 'sql-template-tag';
import type { Transaction } from '../../kernel/db/sql.ts';
import { CODE, conflict } from '../../kernel/errors.ts';
import { FINAL, PENDING, WITHOUT_PROCESS } from './transitions.ts';

/**
 * What jobs need, and what happens when it is taken away. There are three answers:
 *
 * - `refuse`: the call that takes it away gets a 409 that names a job. For things that people delete:
 *   stopping the jobs first is one call, and nobody loses a job by mistake.
 * - `end`: the job becomes Faulted, with the reason in its Info and its event. For rights: a loss
 *   of rights takes effect at once, also when a company's directory causes it, and a job without
 *   rights cannot continue.
 * - `say`: the job goes on waiting, and its Info says what for. For things that may come back.
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

/** The condition is on `j` and includes the states. */
export async function refuseWhileNeeded(tx: Transaction, what: string, condition: Sql): Promise<void> {
  const job = await tx.first<{ key: string; releaseName: string }>(sql`
    select j.key, j.release_name as "releaseName" from jobs j where ${condition} limit 1`);
  if (job)
    throw conflict(
      CODE.ItemIsInUse,
      `${what} is needed by a job that has not ended (${job.releaseName}, ${job.key}): stop it first, or wait.`,
    );
}

/**
 * Jobs that will still need a package. The caller has locked or deleted the package's row, so a call that
 * starts a job of it at the same time waits, and finds it gone.
 */
export const waitsForPackage = (feedId: string, packageId: string, version: string): Sql => sql`
  j.state in ${WITHOUT_PROCESS} and j.feed_id = ${feedId}::uuid and j.process_key = ${packageId} and j.process_version = ${version}`;

/** Jobs that a robot runs or was handed, or that only this robot may run. */
export const needsRobot = (robotIds: readonly number[]): Sql => sql`
  (j.state not in ${FINAL} and j.robot_id = any(${robotIds}::bigint[]))
  or (j.state = ${PENDING} and j.wanted_robot_id = any(${robotIds}::bigint[]))`;

/** Waiting jobs that only one of these machines may run. */
export const waitsForMachine = (machineIds: readonly number[]): Sql => sql`
  j.state = ${PENDING} and j.wanted_machine_id = any(${machineIds}::bigint[])`;
