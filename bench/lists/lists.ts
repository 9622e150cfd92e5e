import type { Sizes } from './fill.ts';

/** A list as a console shows it, and the plainest statement that finds the same rows. */
export interface List {
  readonly name: string;
  /** What follows `/odata/`. */
  readonly path: string;
  /** `$1` is the tenant, `$2` the folder, `$3` a queue, `$4` a job. */
  readonly bare: string;
  /** Whether the list covers all folders. */
  readonly isEverywhere?: boolean;
}

const ALL_JOBS = 'select * from jobs where tenant_id = $1';
const JOBS = 'select * from jobs where tenant_id = $1 and folder_id = $2';
const ITEMS = 'select * from queue_items where queue_id = $3';
const LOGS = 'select * from robot_logs where folder_id = $2';

/** The numbers of jobs and lines tell where the last pages begin. */
export const lists = ({ jobs, logs }: Pick<Sizes, 'jobs' | 'logs'>): readonly List[] => [
  {
    name: 'jobs, newest first',
    path: 'Jobs?$orderby=CreationTime desc&$top=25',
    bare: `${JOBS} order by created_at desc limit 25`,
  },
  {
    name: 'jobs, last page',
    path: `Jobs?$orderby=CreationTime desc&$top=25&$skip=${jobs - 1000}`,
    bare: `${JOBS} order by created_at desc limit 25 offset ${jobs - 1000}`,
  },
  {
    name: 'jobs by StartTime',
    path: 'Jobs?$orderby=StartTime desc&$top=25',
    bare: `${JOBS} order by started_at desc nulls last limit 25`,
  },
  {
    name: 'jobs by EndTime',
    path: 'Jobs?$orderby=EndTime desc&$top=25',
    bare: `${JOBS} order by ended_at desc nulls last limit 25`,
  },
  {
    name: 'jobs that failed',
    path: `Jobs?$filter=State eq 'Faulted'&$orderby=CreationTime desc&$top=25`,
    bare: `${JOBS} and state = 4 order by created_at desc limit 25`,
  },
  {
    name: 'jobs that wait',
    path: `Jobs?$filter=State eq 'Pending'&$orderby=CreationTime desc&$top=25`,
    bare: `${JOBS} and state = 0 order by created_at desc limit 25`,
  },
  {
    name: 'jobs by State',
    path: 'Jobs?$orderby=State&$top=25',
    bare: `${JOBS} order by state limit 25`,
  },
  {
    name: 'jobs by State, last first',
    path: 'Jobs?$orderby=State desc&$top=25',
    bare: `${JOBS} order by state desc limit 25`,
  },
  {
    name: 'jobs by ReleaseName',
    path: 'Jobs?$orderby=ReleaseName&$top=25',
    bare: `${JOBS} order by folded(release_name) using ~<~ limit 25`,
  },
  {
    name: 'jobs of all folders',
    path: 'Jobs?$orderby=CreationTime desc&$top=25',
    bare: `${ALL_JOBS} order by id desc limit 25`,
    isEverywhere: true,
  },
  {
    name: 'jobs of all folders that failed',
    path: `Jobs?$filter=State eq 'Faulted'&$orderby=EndTime desc&$top=25`,
    bare: `${ALL_JOBS} and state = 4 order by id desc limit 25`,
    isEverywhere: true,
  },
  {
    name: 'jobs of a process',
    path: `Jobs?$filter=ReleaseName eq 'Process 7'&$orderby=CreationTime desc&$top=25`,
    bare: `${JOBS} and folded(release_name) = folded('Process 7') order by created_at desc limit 25`,
  },
  {
    name: 'items of a queue',
    path: `QueueItems?$filter=QueueDefinitionId eq {queue}&$orderby=Id desc&$top=25`,
    bare: `${ITEMS} order by id desc limit 25`,
  },
  {
    name: 'items, last page',
    path: `QueueItems?$filter=QueueDefinitionId eq {queue}&$orderby=Id desc&$top=25&$skip={skip}`,
    bare: `${ITEMS} order by id limit 25`,
  },
  {
    name: 'items that failed',
    path: `QueueItems?$filter=QueueDefinitionId eq {queue} and Status eq 'Failed'&$orderby=Id desc&$top=25`,
    bare: `${ITEMS} and status = 2 order by id desc limit 25`,
  },
  {
    name: 'items that went well',
    path: `QueueItems?$filter=QueueDefinitionId eq {queue} and Status eq 'Successful'&$orderby=Id desc&$top=25`,
    bare: `${ITEMS} and status = 3 order by id desc limit 25`,
  },
  {
    name: 'items that were retried',
    path: `QueueItems?$filter=QueueDefinitionId eq {queue} and Status eq 'Retried'&$orderby=Id desc&$top=25`,
    bare: `${ITEMS} and status = 5 order by id desc limit 25`,
  },
  {
    name: 'items by start of reference',
    path: `QueueItems?$filter=QueueDefinitionId eq {queue} and startswith(Reference,'inv-12')&$orderby=Id desc&$top=25`,
    bare: `${ITEMS} and folded(reference) ~>=~ 'inv-12' and folded(reference) ~<~ 'inv-13' order by id desc limit 25`,
  },
  {
    name: 'items by Reference',
    path: `QueueItems?$filter=QueueDefinitionId eq {queue} and Reference eq 'INV-25'&$top=25`,
    bare: `${ITEMS} and folded(reference) = 'inv-25' limit 25`,
  },
  {
    name: 'logs, newest first',
    path: 'RobotLogs?$orderby=TimeStamp desc&$top=100',
    bare: `${LOGS} order by time_stamp desc limit 100`,
  },
  {
    name: 'logs, last page',
    path: `RobotLogs?$orderby=TimeStamp desc&$top=100&$skip=${Math.max(0, logs - 1000)}`,
    bare: `${LOGS} order by time_stamp limit 100`,
  },
  {
    name: 'logs of errors',
    path: `RobotLogs?$filter=Level ge '4'&$orderby=TimeStamp desc&$top=100`,
    bare: `${LOGS} and level >= 4 order by time_stamp desc limit 100`,
  },
  {
    name: 'logs of a process',
    path: `RobotLogs?$filter=ProcessName eq 'Process 7'&$orderby=TimeStamp desc&$top=100`,
    bare: `${LOGS} and folded(process_name) = folded('Process 7') order by time_stamp desc limit 100`,
  },
  {
    name: 'logs of a job',
    path: 'RobotLogs?$filter=JobKey eq {job}&$orderby=TimeStamp desc&$top=100',
    bare: `select * from robot_logs where job_key = $4 order by time_stamp desc limit 100`,
  },
];
