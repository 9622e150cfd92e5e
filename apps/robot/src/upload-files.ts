import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { addJobFile } from '@baton/contract/robots-service';
import { backoff } from './backoff.ts';
import { readJson, writeDurably } from './durable.ts';
import { troubleOf } from './host-trouble.ts';
import type { JobContext } from './job-context.ts';
import { files, type JobFolder } from './journal.ts';
import { findKept, isWithin, type Keep } from './keep-files.ts';
import { isTransient, Refused } from './link.ts';
import { messageOf } from './log.ts';
import type { Outcome } from './outcome.ts';
import { takeScreenshot } from './screenshot.ts';
import { isRecord } from './wire.ts';

/** A file that goes up, with the id under which the server knows it however often it is sent. */
type Upload = {
  readonly id: string;
  readonly file: string;
  readonly name: string;
  readonly category: string;
};

type Uploads = { readonly list: readonly Upload[]; readonly problem: string | null };

const UPLOADS = 'uploads.json';
/** Output arguments that are longer go up as a file, because a report is held in memory several times. */
const MOST_INLINE = 1_000_000;

/**
 * Sends the files that are kept of an ended job. What is to be sent is on disk before the first is: after a
 * kill, the next robot sends the rest, and the server knows those that it has.
 * @param hurry fires when somebody wants to see the job ended: from then on nothing is tried again
 */
export async function uploadFiles(
  job: JobFolder,
  context: JobContext,
  outcome: Outcome,
  hurry: AbortSignal,
): Promise<Outcome> {
  const { log } = context;
  const { list, problem } = readUploads(job) ?? (await decideUploads(job, context, outcome));
  const lost: string[] = problem ? [problem] : [];
  let { output, outputFile } = outcome;
  for (const upload of list) {
    context.signal.throwIfAborted();
    const why = await send(job, context, upload, hurry);
    if (why === null) {
      if (upload.category === 'Output') [output, outputFile] = [undefined, upload.id];
      continue;
    }
    log.warn({ job: job.order.key, file: upload.name, error: why }, 'a file of the job is not kept');
    lost.push(`${upload.name} is not kept: ${why}`);
  }
  if (lost.length === 0) return { ...outcome, output, outputFile };
  const info = [outcome.info, ...lost.slice(0, 10)].filter(Boolean).join('\n');
  return { ...outcome, output, outputFile, info };
}

function readUploads(job: JobFolder): Uploads | null {
  const known = readJson(join(job.path, UPLOADS));
  return isRecord(known) && Array.isArray(known['list']) ? (known as Uploads) : null;
}

async function decideUploads(job: JobFolder, context: JobContext, outcome: Outcome): Promise<Uploads> {
  const plan = readJson(join(job.path, files.plan));
  const keep = isRecord(plan) && isRecord(plan['keep']) ? (plan['keep'] as unknown as Keep) : null;
  const isFaulted = outcome.state === 'Faulted';
  const content = join(job.path, files.content);
  const { kept, problem } = keep
    ? await findKept(job.path, content, keep, isFaulted, context.fileLimits)
    : { kept: [], problem: null };
  const list = kept.map(({ file, name, category }) => ({ id: randomUUID(), file, name, category }));
  const screen = isFaulted && keep?.hasDesktop ? await takeScreenshot(job.path, context.environment) : null;
  if (screen)
    list.push({ id: randomUUID(), file: screen, name: 'screen.png', category: 'Screenshot' as never });
  const isLong = (outcome.output?.length ?? 0) > MOST_INLINE;
  const output = {
    id: randomUUID(),
    file: join(job.path, files.output),
    name: 'output.json',
    category: 'Output',
  };
  const uploads: Uploads = { list: isLong ? [output, ...list] : list, problem };
  if (uploads.list.length === 0) return uploads;
  try {
    writeDurably(join(job.path, UPLOADS), JSON.stringify(uploads));
  } catch (error) {
    // Without the list, a robot that comes after a kill sends these files once more.
    const trouble = troubleOf(error, context.hostMachineName);
    if (!trouble) throw error;
    context.trouble.note(trouble);
  }
  return uploads;
}

/** Sends one file until the server has it. Answers why it never will; null if it has it. */
async function send(
  job: JobFolder,
  context: JobContext,
  upload: Upload,
  hurry: AbortSignal,
): Promise<string | null> {
  const { link, log, signal } = context;
  const { id, name, category, file } = upload;
  const wait = backoff(signal);
  for (;;) {
    signal.throwIfAborted();
    if (!(await isWithin(job.path, file))) return 'it is gone, or no regular file';
    try {
      const body = { jobKey: job.order.key, executionId: job.executionId, id, name, category };
      const place = await link.call(addJobFile, { body }, signal);
      if (place?.isThere) return null;
      const address = place?.access?.Uri;
      if (!address) return 'the server gave no address for it';
      const { size } = await stat(file);
      await link.put(address, { file, size, type: typeOf(name) }, signal);
      return null;
    } catch (error) {
      signal.throwIfAborted();
      // An address that has expired is asked for again.
      const isPassing = isTransient(error) || (error instanceof Refused && error.status === 403);
      if (!isPassing || hurry.aborted) return messageOf(error);
      log.debug({ file: name, error: messageOf(error) }, 'a file has not arrived, trying again');
      await wait.next();
    }
  }
}

const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.svg': 'image/svg+xml',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
  '.pdf': 'application/pdf',
  '.json': 'application/json',
  '.xml': 'application/xml',
  '.html': 'text/html',
  '.csv': 'text/csv',
  '.txt': 'text/plain',
  '.log': 'text/plain',
  '.zip': 'application/zip',
};

const typeOf = (name: string): string => TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream';
