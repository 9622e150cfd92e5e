import sql from 'sql-template-tag';
import { find, findByKey, list } from '../../kernel/contract/read-rows.ts';
import type { Context } from '../../kernel/http/context.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { ExportType } from '../exports/contract.ts';
import { requestExport } from '../exports/request-export.ts';
import * as contract from './contract.ts';
import { getJobCounts } from './counts-contract.ts';
import { countsOverTime } from './counts-over-time.ts';
import { restart, resume } from './restart-job.ts';
import { startProcess } from './start-jobs.ts';
import { stopMany, stopOne } from './stop-jobs.ts';
import { validateDynamic, validateExisting } from './validate-job.ts';

const { Job } = contract;

/** The folder of the call. Without one, all folders in which the caller may see jobs. */
const visible = (ctx: Context): number | 'all' | readonly number[] => ctx.folder?.id ?? everywhere(ctx);
const everywhere = (ctx: Context): 'all' | readonly number[] => ctx.access.folders('Jobs.View');

/** The columns of an export's file. */
const EXPORTED = [
  'Id',
  'Key',
  'ReleaseName',
  'State',
  'SpecificPriorityValue',
  'Source',
  'CreationTime',
  'StartTime',
  'EndTime',
  'HostMachineName',
  'OrganizationUnitFullyQualifiedName',
  'RuntimeType',
  'EntryPointPath',
  'Reference',
  'BatchExecutionKey',
  'InputArguments',
  'OutputArguments',
  'Info',
];

export const jobRoutes: readonly Route[] = [
  handle(contract.getJobs, (ctx) => list(ctx, Job, { folder: visible(ctx) })),
  handle(getJobCounts, countsOverTime),
  handle(contract.exportJobs, (ctx) =>
    requestExport(ctx, { type: ExportType.Jobs, name: 'jobs', entity: Job, columns: EXPORTED }),
  ),
  handle(contract.getJob, (ctx, { key }) => findByKey(ctx, Job, key, { folder: visible(ctx) })),
  handle(contract.getJobByKey, (ctx, { identifier }) =>
    find(ctx, Job, { folder: everywhere(ctx), where: (row) => sql`${row}.key = ${identifier}::uuid` }),
  ),
  handle(contract.startJobs, startProcess),
  handle(contract.validateDynamicJob, validateDynamic),
  handle(contract.validateExistingJob, validateExisting),
  handle(contract.stopJob, stopOne),
  handle(contract.stopJobs, stopMany),
  handle(contract.restartJob, restart),
  handle(contract.resumeJob, resume),
];
