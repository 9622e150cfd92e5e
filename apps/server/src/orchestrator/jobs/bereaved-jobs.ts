import sql from 'sql-template-tag';
import { constant } from '../../kernel/db/constant.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import type { Waker } from '../../kernel/events/tell.ts';
import { UserType } from '../../people/user-type.ts';
import { JOB_ROW, type JobRow, moveJobs } from './move-jobs.ts';
import { IN_EXECUTION, PENDING } from './transitions.ts';

/**
 * Whether the account that a job runs as still has any rights in the job's folder. Decides
 * as `loadAccess` does.
 */
const SEES_FOLDER = sql`
  u.is_active and exists (
    select from (select u.id union all
                 select g.id from identity_group_members m
                   join users g on g.directory_identifier = m.group_id and g.tenant_id = u.tenant_id and g.type = ${constant(UserType.DirectoryGroup)} and g.is_active
                  where m.member_id = u.directory_identifier) holder
     where exists (select from folder_users fu
                    where fu.user_id = holder.id and (fu.folder_id = f.id or fu.folder_id = any(f.ancestors)))
        or exists (select from user_roles ur join roles mixed on mixed.id = ur.role_id and mixed.type = 0
                     join role_permissions p on p.role_id = mixed.id where ur.user_id = holder.id))`;

/** What a waiting job is pinned to and can never have again. */
const MISSING = sql`case
  when j.wanted_robot_id is not null and not exists (select from robots r where r.id = j.wanted_robot_id)
    then 'robot'
  when j.wanted_session_id is not null and not exists (select from sessions s where s.id = j.wanted_session_id)
    then 'session'
  when j.wanted_machine_id is not null and not exists (select from machines m where m.id = j.wanted_machine_id)
    then 'machine' end`;

/**
 * Ends jobs that have lost something they cannot be without (needs.ts). For a running job, that is its
 * account or the account's rights in the folder. For a waiting job, it is the only robot, machine or session
 * that may run it. `rights`: whether to look at accounts too. That costs 50 to 75 ms with 5,000 running jobs,
 * and the rest costs 4 ms (measured on a busy machine with two cores).
 */
export async function endBereavedJobs(
  tx: Transaction,
  live: Waker,
  { rights }: { rights: boolean },
): Promise<void> {
  const pinned = await tx.query<JobRow & { missing: string }>(sql`
    select ${JOB_ROW}, ${MISSING} as missing from jobs j
     where j.state = ${PENDING}
       and (j.wanted_robot_id is not null or j.wanted_machine_id is not null or j.wanted_session_id is not null)
       and ${MISSING} is not null
     order by j.id for update skip locked`);
  for (const [missing, jobs] of Map.groupBy(pinned, (job) => job.missing))
    await end(tx, live, jobs, `The ${missing} that the job was to run on is gone.`);
  if (!rights) return;
  const running = await tx.query<JobRow>(sql`
    select ${JOB_ROW} from jobs j join folders f on f.id = j.folder_id
      left join robots r on r.id = j.robot_id left join users u on u.id = r.user_id
     where j.state in ${IN_EXECUTION} and (${SEES_FOLDER}) is not true
     order by j.id for update of j skip locked`);
  const reason =
    'The account that the job ran as is gone, switched off, or has no role in the folder any more.';
  await end(tx, live, running, reason);
}

const end = (
  tx: Transaction,
  live: Waker,
  jobs: readonly JobRow[],
  reason: string,
): Promise<readonly JobRow[]> =>
  moveJobs(tx, jobs, {
    cause: 'fault',
    principal: undefined,
    live,
    set: sql`info = ${reason}, error_code = 'Bereaved'`,
    detail: { reason },
    isLast: true,
  });
