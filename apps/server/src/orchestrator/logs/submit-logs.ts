import { ApiError, CODE, forbidden, invalid } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { type LogLine, readLine } from './log-line.ts';
import { jobsOf, type LogJob, type PlacedLine } from './sql.ts';
import { writeLines } from './write-lines.ts';

/**
 * Stores lines, all or none. The time of a line is taken as it is, even if the client's clock is wrong, since
 * nobody knows better when the line was written.
 */
export async function submit(
  ctx: Context,
  given: readonly unknown[],
  path: (index: number) => string,
): Promise<void> {
  const lines = given.map((line, i) => ofOwnJob(ctx, readLine(line, path(i)), path(i)));
  const keys = [...new Set(lines.flatMap(({ jobKey }) => jobKey ?? []))];
  const jobs = await jobsOf(ctx.db, ctx.tenant.id, keys, ctx.principal.machineId);
  const placed = lines.map((line, i) =>
    place(ctx, line, line.jobKey === undefined ? undefined : jobs.get(line.jobKey), path(i)),
  );
  for (const folderId of new Set(placed.map((line) => line.folderId))) mayWrite(ctx, folderId);
  if (placed.length === 0) return;
  await writeLines(ctx, placed);
}

/** A running job writes only for itself. A line that names no job belongs to that job. */
function ofOwnJob(ctx: Context, line: LogLine, path: string): LogLine {
  const { job } = ctx.principal;
  if (!job) return line;
  if (line.jobKey !== undefined && line.jobKey !== job.key)
    throw forbidden(`${path}.jobId: is not the job of the token.`);
  return { ...line, jobKey: job.key };
}

/**
 * A line belongs to the folder of its job. Without a job that is known here, it belongs to the folder of
 * the call.
 */
function place(ctx: Context, line: LogLine, job: LogJob | undefined, path: string): PlacedLine {
  const { id: tenantId } = ctx.tenant;
  const timeStamp = line.timeStamp ?? new Date(ctx.now()).toISOString();
  if (job) return { ...line, timeStamp, job, tenantId, folderId: job.folder_id };
  // A job that does not exist gets the same answer as one of another machine. A robot takes this answer as
  // final for the batch.
  if (ctx.principal.kind === 'machine') {
    throw line.jobKey === undefined
      ? invalid(`${path}.jobId`, 'is required')
      : new ApiError(404, CODE.ItemNotFound, `${path}.jobId: Job does not exist.`);
  }
  if (!ctx.folder) throw invalid(`${path}.jobId`, 'is no job of this tenant, and no folder is named');
  return { ...line, timeStamp, job: undefined, tenantId, folderId: ctx.folder.id };
}

function mayWrite(ctx: Context, folderId: number): void {
  const { principal, access } = ctx;
  if (principal.kind === 'machine' || principal.job?.folderId === folderId) return;
  if (!access.can('Logs.Create', folderId)) throw forbidden();
}
