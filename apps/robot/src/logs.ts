import { statSync, watch } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { submitLogs } from '@baton/contract/logs';
import { pause } from './backoff.ts';
import { readJson } from './durable.ts';
import { troubleOf } from './host-trouble.ts';
import type { JobContext } from './job-context.ts';
import { files, type JobFolder } from './journal.ts';
import { type Link, Refused } from './link.ts';
import { type Log, messageOf } from './log.ts';
import { logEntry } from './log-entry.ts';
import { readBatch } from './spool.ts';
import { isRecord } from './wire.ts';

/** PROTOCOL.md allows 10,000 lines or 4 MB. Quoting a batch twice about doubles its size. */
const MAX_LINES = 2000;
const MAX_BYTES = 1_800_000;
/** Lines that are written within this time are sent together. */
const GATHER_MS = 100;
/** How often to look at the file in case its watch misses a change. */
const LOOK_MS = 1000;

export type LogSender = {
  /**
   * Sends until everything has arrived after a call of `complete`, or the signal fires, or `stop` is called.
   */
  readonly done: Promise<void>;
  /**
   * Waits until everything has arrived: nothing is written any more.
   * @param hurry ends the wait; the rest is still sent
   */
  complete(hurry?: AbortSignal): Promise<void>;
  stop(): void;
};

/**
 * Sends the lines that the runner spools, one batch after the other, so that the server stores them in their
 * order. While a batch is on its way, the next one is made. The offset of the last line that arrived is on
 * disk, so at most one batch is sent again after a crash, and the server recognizes its lines by their
 * fingerprints. At most two batches are in memory, however much the job has printed.
 * @param names of the robot, which are known once the server has sent them
 */
export function sendLogs(
  job: JobFolder,
  names: () => { robotName?: string | null; machineName?: string | null } | null,
  context: Pick<JobContext, 'link' | 'log' | 'signal' | 'trouble' | 'hostMachineName' | 'user'>,
): LogSender {
  const { link, log } = context;
  const stopping = new AbortController();
  const signal = AbortSignal.any([context.signal, stopping.signal]);
  const spool = join(job.path, files.log);
  const sentFile = join(job.path, files.sent);
  const finishing = new AbortController();
  let offset = readOffset(sentFile);

  const common = () => ({
    jobId: job.order.key,
    processName: job.order.processName,
    processVersion: job.order.packageVersion,
    robotName: names()?.robotName ?? undefined,
    machineName: names()?.machineName ?? undefined,
    windowsIdentity: context.user,
    fileName: job.order.entryPointPath ?? undefined,
  });

  /**
   * Not flushed, because a flush may take longer than the call. If a power cut loses it or the disk cannot
   * take it, the next robot sends lines again, and the server recognizes them.
   */
  const noteOffset = async () => {
    try {
      const temporary = `${sentFile}.tmp`;
      await writeFile(temporary, JSON.stringify({ offset }), { mode: 0o600 });
      await rename(temporary, sentFile);
    } catch (error) {
      const trouble = troubleOf(error, context.hostMachineName);
      if (!trouble) throw error;
      context.trouble.note(trouble);
    }
  };

  /** Null where no more than half a line is there. */
  const read = (from: number) => {
    if (sizeOf(spool) <= from) return null;
    const { lines, nextOffset } = readBatch(spool, from, MAX_LINES, MAX_BYTES);
    if (nextOffset === from) return null;
    const about = common();
    return { nextOffset, entries: lines.map((line) => logEntry(line, about)) };
  };

  const drain = async () => {
    for (let batch = read(offset); batch; ) {
      const sending = batch.entries.length > 0 ? submit(batch.entries, link, log, signal) : null;
      sending?.catch(() => {}); // awaited below
      const following = read(batch.nextOffset);
      await sending;
      offset = batch.nextOffset;
      await noteOffset();
      batch = following ?? read(offset);
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
  return {
    done,
    async complete(hurry) {
      finishing.abort();
      await (hurry ? Promise.race([done, fired(hurry)]) : done);
      context.signal.throwIfAborted();
    },
    stop: () => stopping.abort(),
  };
}

const fired = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

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
