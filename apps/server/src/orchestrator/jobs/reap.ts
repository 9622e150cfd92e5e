import { setTimeout as delay } from 'node:timers/promises';
import sql from 'sql-template-tag';
import { claim } from '../../kernel/background/claim.ts';
import { repeat } from '../../kernel/background/repeat.ts';
import { constant } from '../../kernel/db/constant.ts';
import type { Database, Transaction } from '../../kernel/db/sql.ts';
import { wake } from '../../kernel/events/live.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Services } from '../../kernel/http/context.ts';
import { SessionState } from '../sessions/enumerations.ts';
import { robotStatus } from '../sessions/events.ts';
import { markMissingUpdates } from '../sessions/missing-updates.ts';
import { MISSED_HEARTBEATS, sessionSettings } from '../sessions/settings.ts';
import { StopStrategy } from '../stop-strategy.ts';
import { endBereavedJobs } from './bereaved-jobs.ts';
import { JobState } from './enumerations.ts';
import { JOB_ROW, type JobRow, moveJobs } from './move-jobs.ts';
import { admitDue } from './retry-faulted.ts';
import { jobSettings } from './settings.ts';
import { IN_EXECUTION, PENDING } from './transitions.ts';
import { explainWaiting } from './waits-for.ts';

const EVERY_SECONDS = 3;
const BUSY_MS = 20;
/** After this many rounds, rights are looked at although nothing has reported a change. */
const RIGHTS_EVERY = 20;
type Needs = Pick<Services, 'live' | 'log' | 'setting'>;
type Runs = Needs & Pick<Services, 'clock'>;

/**
 * Looks every few seconds for jobs and sessions whose time has run out. Every node does, but only one at a
 * time. Answers a function that stops it, which waits for a round that is under way.
 */
export function startReaper(services: Runs, db: Database): () => Promise<void> {
  let rounds = 0;
  let isChanged = true;
  const silences = (['access', 'folders', 'robots'] as const).map((topic) =>
    services.live.on(topic, () => (isChanged = true)),
  );
  const run = async (isTurned: boolean): Promise<void> => {
    const rights = isTurned || isChanged || rounds++ % RIGHTS_EVERY === 0;
    isChanged = false;
    try {
      while (!(await reap(services, db, { rights })) && isTurned) await delay(BUSY_MS);
    } catch (error) {
      isChanged ||= rights;
      throw error;
    }
  };
  const stop = repeat({ name: 'reaper', everySeconds: EVERY_SECONDS, run }, services);
  return async () => {
    for (const silence of silences) silence();
    await stop();
  };
}

/**
 * Runs one round, and answers false if another one is under way. `rights`: whether accounts, or the machines
 * of folders, may have changed since the last round.
 */
export async function reap(services: Needs, db: Database, { rights } = { rights: true }): Promise<boolean> {
  return db.transaction(async (tx) => {
    if (!(await claim(tx, 'reaper'))) return false;
    const silent = await markSilentSessions(tx);
    await markMissingUpdates(tx, services.setting(sessionSettings.updateMinutes));
    const returned = await returnLostLeases(tx);
    await faultLostJobs(tx, services);
    await stopOverdueJobs(tx, services);
    await endBereavedJobs(tx, services.live, { rights });
    if (rights || silent > 0) await explainWaiting(tx);
    const due = await admitDue(tx);
    if (returned + due > 0) wake(tx, services, 'jobs');
    return true;
  });
}

/** Answers their number. */
async function markSilentSessions(tx: Transaction): Promise<number> {
  const silent = await tx.query<{
    id: number;
    key: string;
    tenantId: number;
    host: string;
    machineId: number;
  }>(sql`
    update sessions set state = ${SessionState.Unknown} where id in (
      select id from sessions where state = ${constant(SessionState.Available)} and responsive_until <= now() order by id for update skip locked)
    returning id, key, tenant_id as "tenantId", host_machine_name as host, machine_id as "machineId"`);
  for (const { id, key, tenantId, host, machineId } of silent) {
    const payload = { id, machineId, hostMachineName: host, state: 'Disconnected', isUnresponsive: true };
    await tell(tx, { principal: undefined, tenant: { id: tenantId } }, robotStatus, [{ key, payload }]);
  }
  return silent.length;
}

/**
 * A claim would take these jobs as they are. This clears the marks of their former host and
 * wakes another one.
 */
const returnLostLeases = (tx: Transaction): Promise<number> =>
  tx.execute(sql`
    update jobs set session_id = null, machine_id = null, robot_id = null, execution_id = null, lease_until = null,
                    host_machine_name = null, modified_at = now()
     where id in (select id from jobs where state = ${PENDING} and session_id is not null and lease_until <= clock_timestamp()
                   order by id for update skip locked)`);

async function faultLostJobs(tx: Transaction, { live, setting }: Needs): Promise<void> {
  const patience =
    setting(sessionSettings.heartbeatSeconds) * MISSED_HEARTBEATS + setting(jobSettings.lostJobSeconds);
  const lost = await tx.query<JobRow>(sql`
    select ${JOB_ROW} from jobs j left join sessions s on s.id = j.session_id
     where j.state in ${IN_EXECUTION} and (s.id is null or s.reporting_at < now() - make_interval(secs => ${patience}))
     order by j.id for update of j skip locked`);
  await moveJobs(tx, lost, {
    cause: 'fault',
    principal: undefined,
    live,
    set: sql`info = ${'The robot was lost: it has not been heard of since.'}, error_code = 'RobotLost'`,
    detail: { reason: 'RobotLost' },
  });
}

const isKill = (job: { readonly strategy: number | null }): boolean => job.strategy === StopStrategy.Kill;

async function stopOverdueJobs(tx: Transaction, { live }: Needs): Promise<void> {
  const overdue = await tx.query<JobRow & { strategy: number | null }>(sql`
    select ${JOB_ROW}, j.stop_strategy as strategy from jobs j
     where j.state = ${constant(JobState.Running)} and j.stop_after_seconds is not null and j.process_ended_at is null
       and j.started_at < now() - make_interval(secs => j.stop_after_seconds)
     order by j.id for update skip locked`);
  const deaf = await tx.query<JobRow>(sql`
    select ${JOB_ROW} from jobs j
     where j.state = ${constant(JobState.Stopping)} and j.kill_after_seconds is not null and j.process_ended_at is null
       and j.stopping_at < now() - make_interval(secs => j.kill_after_seconds)
     order by j.id for update skip locked`);
  const why = { principal: undefined, live, detail: { reason: 'Overdue' } };
  const asked = overdue.filter((job) => !isKill(job));
  await moveJobs(tx, asked, { cause: 'softStop', ...why });
  await moveJobs(tx, [...overdue.filter(isKill), ...deaf], { cause: 'kill', ...why });
}
