import { statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { submitLogs } from '@baton/contract/logs';
import { pause } from './backoff.ts';
import { readJson, writeDurably } from './durable.ts';
import { troubleOf } from './host-trouble.ts';
import type { JobContext } from './job-context.ts';
import { files, type JobFolder } from './journal.ts';
import { type Link, Refused } from './link.ts';
import { type Log, messageOf } from './log.ts';
import { logEntry } from './log-entry.ts';
import { readBatch } from './spool.ts';
import { isRecord } from './wire.ts';

/** PROTOCOL.md allows 500 lines or 1 MB. Quoting a batch twice about doubles its size. */
const MAX_LINES = 500;
const MAX_BYTES = 450_000;
/** Lines that are written within this time are sent together. */
const GATHER_MS = 100;
/** How often to look at the file in case its watch misses a change. */
const LOOK_MS = 1000;

export type LogSender = {
  /** Sends until everything has arrived after a call of `finish`, or the signal fires. */
  readonly done: Promise<void>;
  finish(): void;
};

/**
 * Sends the lines that the runner spools. The offset of the last line that arrived is on disk, so at most one
 * batch is sent again after a crash, and the server recognizes its lines by their fingerprints. At most one
 * batch is in memory, however much the job has printed.
 */
export function sendLogs(
  job: JobFolder,
  names: { robotName?: string | null; machineName?: string | null; user: string },
  context: Pick<JobContext, 'link' | 'log' | 'signal' | 'trouble' | 'hostMachineName'>,
): LogSender {
  const { link, log, signal } = context;
  const spool = join(job.path, files.log);
  const sentFile = join(job.path, files.sent);
  const finishing = new AbortController();
  let offset = readOffset(sentFile);

  const common = {
    jobId: job.order.key,
    processName: job.order.processName,
    processVersion: job.order.packageVersion,
    robotName: names.robotName ?? undefined,
    machineName: names.machineName ?? undefined,
    windowsIdentity: names.user,
    fileName: job.order.entryPointPath ?? undefined,
  };

  /** If the disk cannot take it, the next robot sends some lines again, and the server recognizes them. */
  const noteOffset = () => {
    try {
      writeDurably(sentFile, JSON.stringify({ offset }));
    } catch (error) {
      const trouble = troubleOf(error, context.hostMachineName);
      if (!trouble) throw error;
      context.trouble.note(trouble);
    }
  };

  const drain = async () => {
    while (sizeOf(spool) > offset) {
      const { lines, nextOffset } = readBatch(spool, offset, MAX_LINES, MAX_BYTES);
      if (nextOffset === offset) return; // half a line
      if (lines.length > 0)
        await submit(
          lines.map((line) => logEntry(line, common)),
          link,
          log,
          signal,
        );
      offset = nextOffset;
      noteOffset();
    }
  };

  const run = async () => {
    const changed = wakeOn(job.path, files.log);
    try {
      while (!signal.aborted) {
        const last = finishing.signal.aborted;
        await drain();
        if (last) return;
        const either = AbortSignal.any([signal, finishing.signal]);
        await changed.wait(LOOK_MS, either);
        await pause(GATHER_MS, either);
      }
    } finally {
      changed.close();
    }
  };
  const done = run();
  done.catch(() => {}); // the error reaches whoever awaits it
  return { done, finish: () => finishing.abort() };
}

/** A batch that the server refuses is halved until the refused line stands alone. That line is left out. */
async function submit(entries: readonly string[], link: Link, log: Log, signal: AbortSignal): Promise<void> {
  try {
    await link.callUntilAnswered(submitLogs, { body: entries }, signal);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (entries.length === 1 || error.status === 403 || error.status === 404) {
      log.warn({ lines: entries.length, error: messageOf(error) }, 'the server refused log lines');
      return;
    }
    const half = Math.ceil(entries.length / 2);
    await submit(entries.slice(0, half), link, log, signal);
    await submit(entries.slice(half), link, log, signal);
  }
}

function readOffset(file: string): number {
  const sent = readJson(file);
  return isRecord(sent) && typeof sent['offset'] === 'number' ? sent['offset'] : 0;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Waits for a change of one file in a folder; a change between two waits ends the next one at once. */
function wakeOn(folder: string, name: string) {
  let wake = new AbortController();
  const watcher = watch(folder, (_event, changed) => {
    if (changed === name) wake.abort();
  });
  watcher.on('error', () => watcher.close());
  return {
    async wait(ms: number, signal: AbortSignal) {
      await pause(ms, AbortSignal.any([signal, wake.signal]));
      wake = new AbortController();
    },
    close: () => watcher.close(),
  };
}
