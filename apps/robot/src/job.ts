import { watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobState } from '@baton/contract/enumerations';
import { type JobStateReport, submitJobState } from '@baton/contract/robots-service';
import { afterEnd } from './after-end.ts';
import { pause } from './backoff.ts';
import { claimDurably, readJson, writeDurably } from './durable.ts';
import { markOf } from './environment.ts';
import { type HostTrouble, probe, troubleOf } from './host-trouble.ts';
import type { JobContext } from './job-context.ts';
import { files, has, type JobFolder, readExit, readReport } from './journal.ts';
import { useOf, writeLimits } from './limits/watch-use.ts';
import { Refused } from './link.ts';
import { messageOf } from './log.ts';
import { type LogSender, sendLogs } from './logs.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import type { Plan } from './plan.ts';
import { prepareJob } from './prepare.ts';
import { isAlive, isIdentity } from './process-identity.ts';
import { killAs } from './run-as/call-as.ts';
import { takeBack } from './run-as/take-back.ts';
import { isRecord } from './wire.ts';

const LOOK_MS = 1000;
/** A runner that has not claimed its job within this time never will. */
const CLAIM_MS = 5000;

/** What a job and the robot tell each other. */
export type Life = {
  /** The process has ended, or there will be none: the job takes no slot any more. */
  ended(): void;
  /** The server has answered the final report. */
  reported(): void;
  /** Fires when somebody wants to see the job ended, and the rest of its log may arrive later. */
  readonly hurry: AbortSignal;
};

/**
 * Takes a job from the point that its folder records to its end: prepared, accepted, running, ended,
 * reported, forgotten. Each step is on disk before the next one begins. So after a robot was killed, the same
 * call continues the job. It returns early, and leaves the job as it is, when the robot's signal fires.
 */
export async function liveJob(job: JobFolder, context: JobContext, life: Life): Promise<void> {
  const { log, signal } = context;
  const fields = { job: job.order.key, process: job.order.processName, execution: job.executionId };
  const lines = sendLogs(job, () => context.robot(job.order.robotKey), context);
  try {
    let report = readReport(job);
    if (!report && !has(job, 'runner')) {
      const begun = await begin(job, context);
      if (begun === 'dropped') return forget(job, context);
      if (begun !== 'begun') report = begun;
      if (report) await lines.complete(life.hurry);
    }
    report ??= await finish(job, context, lines, life);
    life.ended();
    if (await submit(report, context)) log.info({ ...fields, state: report.jobState }, 'job ended');
    else log.warn({ ...fields, state: report.jobState }, 'the server refused the end of the job');
    life.reported();
    await lines.complete();
    forget(job, context);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    lines.stop();
  }
}

/** A job that was given back this often is taken to be too much for this host. */
const MOST_GIVEN_BACK = 2;
const givenBack = new Map<string, number>();

/**
 * Drops a job that this host cannot begin because of a trouble of its own. The job is given back, so that
 * another host may run it. A job that comes to this host again and again ends as Faulted. Both reports tell
 * the reason at once, and neither needs the disk.
 */
export async function dropJob(job: JobFolder, context: JobContext, trouble: HostTrouble): Promise<void> {
  const { log, signal } = context;
  context.trouble.note(trouble);
  const { key } = job.order;
  const before = givenBack.get(key) ?? 0;
  const jobState = before < MOST_GIVEN_BACK ? 'Pending' : 'Faulted';
  if (jobState === 'Pending') givenBack.set(key, before + 1);
  else givenBack.delete(key);
  log.error({ job: key, state: jobState, trouble: trouble.message }, 'the job cannot be begun on this host');
  try {
    const said = (state: JobState): JobStateReport => ({
      ...reportOf(job, context, state),
      info: trouble.message,
    });
    const taken = await submit(said(jobState), context);
    // The server does not take the job back: it had already given it to this execution. The job has not
    // begun, so it ends here as Faulted.
    if (!taken && jobState === 'Pending') await submit(said('Faulted'), context);
  } catch (error) {
    if (!signal.aborted) throw error;
    return;
  }
  forget(job, context);
}

/** Gives back a job that has not begun and shall not begin here. It may go to another host at once. */
export async function giveBack(job: JobFolder, context: JobContext, info: string): Promise<void> {
  context.log.info({ job: job.order.key }, 'the job is given back');
  try {
    await submit({ ...reportOf(job, context, 'Pending'), info }, context);
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
}

/**
 * On a disk that cannot be written the folder stays. The next robot finds it, and the server refuses the job.
 */
function forget(job: JobFolder, context: JobContext): void {
  try {
    context.journal.forget(job);
  } catch (error) {
    const trouble = troubleOf(error, context.hostMachineName);
    if (!trouble) throw error;
    context.trouble.note(trouble);
  }
}

/**
 * Takes a job to the server's permission to start the process. Answers a report if the job ended before that.
 */
async function begin(job: JobFolder, context: JobContext): Promise<JobStateReport | 'begun' | 'dropped'> {
  const { log, signal } = context;
  const fields = { job: job.order.key, process: job.order.processName };
  // Accepted already: an earlier robot was killed before a runner claimed the job. The server may have given
  // up on that robot since, so it is asked again.
  const again = has(job, 'accepted');
  if (!again) {
    try {
      await prepareJob(job, context);
      writeLimits(job.path, job.order, context.cgroups);
    } catch (error) {
      signal.throwIfAborted();
      if (has(job, 'stop') || has(job, 'kill')) return decide(job, context, { state: 'Stopped' });
      const trouble = troubleOf(error, context.hostMachineName, context.link.url);
      if (trouble) throw trouble;
      log.warn({ ...fields, error: messageOf(error) }, 'the job cannot be started');
      return decide(job, context, { state: 'Faulted', info: messageOf(error) });
    }
  }
  // The runner of an earlier robot may claim the job right now. Then the job runs and must not be dropped.
  const isOurs = () => !again || claimDurably(join(job.path, files.runner), '{}');
  if ((has(job, 'stop') || has(job, 'kill')) && isOurs()) {
    return decide(job, context, { state: 'Stopped' });
  }
  if (!(await submit(reportOf(job, context, 'Running'), context))) {
    log.info(fields, 'the server does not want the job started');
    return isOurs() ? 'dropped' : 'begun';
  }
  // Not flushed: if a power cut loses this file before a runner has claimed the job, the job is prepared
  // again and the server is asked again.
  writeFileSync(join(job.path, files.accepted), '{}');
  log.info(fields, 'job started');
  return 'begun';
}

/** Takes a job from its start to the final report. Its log lines arrive before the report. */
async function finish(
  job: JobFolder,
  context: JobContext,
  lines: LogSender,
  life: Life,
): Promise<JobStateReport> {
  const exited = await watchProcess(job, context);
  const checked = context.packages.check(job.order);
  life.ended();
  const outcome = await afterEnd(job, context, exited, lines, life.hurry);
  await checked;
  return decide(job, context, outcome);
}

async function watchProcess(job: JobFolder, context: JobContext): Promise<Outcome> {
  const { signal } = context;
  let wake = new AbortController();
  const watcher = watch(job.path, (_event, name) => {
    if (name === files.exit) wake.abort();
  });
  watcher.on('error', () => watcher.close());
  try {
    // A runner is also started if an earlier robot was killed right here. Of two runners one claims the job,
    // and the other one ends.
    if (!has(job, 'runner')) {
      const plan = readJson(join(job.path, files.plan)) as Plan | null;
      context.runners.start(job.path, plan?.ahead ?? null);
    }
    for (let waited = 0; ; waited += LOOK_MS) {
      signal.throwIfAborted();
      const runner = readJson(join(job.path, files.runner));
      const alive = isIdentity(runner) && isAlive(runner);
      // The exit is read after the runner is looked at, because a runner writes it before it ends.
      const exit = readExit(job);
      if (exit) return outcomeOf(job, exit);
      if (isIdentity(runner) && !alive) return await cleanUp(job);
      if (!isIdentity(runner) && waited > 0 && waited % CLAIM_MS === 0) {
        probe(job.path);
        context.runners.startAfresh(job.path);
      }
      await pause(LOOK_MS, AbortSignal.any([signal, wake.signal]));
      wake = new AbortController();
    }
  } finally {
    watcher.close();
  }
}

/**
 * The runner was killed. Since then nobody has watched the time limits or collected the output, so what is
 * left of the job's processes is killed as well.
 */
async function cleanUp(job: JobFolder): Promise<Outcome> {
  const child = readJson(join(job.path, files.process));
  const { name, value } = markOf(job.executionId);
  const marks = isRecord(child) && Array.isArray(child['marks']) ? child['marks'].map(String) : [];
  const { user = null } = (readJson(join(job.path, files.plan)) ?? {}) as Partial<Plan>;
  await killAs(user, {
    pid: isIdentity(child) && isAlive(child) ? child.pid : null,
    marks: [`${name}=${value}`, ...marks],
    folder: join(job.path, files.content),
  });
  if (user) await takeBack(job.path, user);
  if (has(job, 'kill')) return { state: 'Stopped' };
  return {
    state: 'Faulted',
    info: 'The job was ended together with its runner: killed, or the host went down',
  };
}

/**
 * The report is kept on disk, so that the next robot sends the same one. If the disk cannot take it, the next
 * robot decides the same from the same files.
 */
function decide(job: JobFolder, context: JobContext, outcome: Outcome): JobStateReport {
  const report: JobStateReport = {
    ...reportOf(job, context, outcome.state),
    info: outcome.info,
    outputArguments: outcome.output,
    outputFile: outcome.outputFile,
    exitCode: outcome.exitCode,
    endTime: readExit(job)?.endedAt ?? undefined,
    ...useOf(job.path),
  };
  try {
    writeDurably(join(job.path, files.report), JSON.stringify(report));
  } catch (error) {
    const trouble = troubleOf(error, context.hostMachineName);
    if (!trouble) throw error;
    context.trouble.note(trouble);
  }
  return report;
}

function reportOf(job: JobFolder, context: JobContext, jobState: JobState): JobStateReport {
  return {
    robotKey: job.order.robotKey,
    robotState: jobState === 'Running' ? 'Busy' : 'Available',
    jobKey: job.order.key,
    executionId: job.executionId,
    jobState,
    processKey: job.order.releaseKey,
    hostMachineName: context.hostMachineName,
  };
}

/** Only these mean that the report itself is wrong. A 404 may come from a proxy whose server is away. */
const UNREADABLE = new Set([400, 413, 422]);
const isUnreadable = (refused: Refused) => UNREADABLE.has(refused.status);

/** @returns whether the server accepted it */
async function submit(report: JobStateReport, context: JobContext): Promise<boolean> {
  const { link, log, signal } = context;
  try {
    const answer = await link.callUntilAnswered(submitJobState, { body: [report] }, signal, isUnreadable);
    const own = answer?.results.find(({ jobKey }) => jobKey === report.jobKey);
    if (own && !own.accepted) log.info({ ...own }, 'report refused');
    return own?.accepted === true;
  } catch (error) {
    if (!(error instanceof Refused) || signal.aborted) throw error;
    log.error({ job: report.jobKey, error: messageOf(error) }, 'the server cannot read a report');
    if (report.outputArguments === undefined) return false;
    const info = `The server refused the output arguments: ${error.message}`;
    return submit({ ...report, jobState: 'Faulted', outputArguments: undefined, info }, context);
  }
}
