import { randomUUID } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from '@baton/client/client';
import { getAttachment, getJobAttachments, type JobAttachmentDto } from '@baton/contract/attachments';
import { findJob } from './api/jobs.ts';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT, Failure } from './failure.ts';

export const execute: Execute = async (call) => {
  const { terminal, argument, text, cwd } = call;
  const { client } = await connect(call);
  const job = await findJob(client, argument!);
  const files = await client.call(getJobAttachments, { jobKey: job.Key });
  const given = text('download');
  const paths = given === undefined ? [] : pathsBelow(resolve(cwd, given), files);
  const old = paths.find((path) => existsSync(path));
  if (old !== undefined)
    throw new Failure(`${old} exists already: move it, or name another folder. Nothing was downloaded.`);
  for (const [i, file] of files.entries()) {
    const { attachmentId: id, attachmentName: name, category, size, contentType } = file;
    const path = paths[i];
    if (path !== undefined) await download(client, file, path);
    // A name with a line break would look like two files.
    const shown = (name ?? id).replaceAll('\n', '\\x0a');
    const line = [category ?? '-', sizeText(size), shown].join('  ');
    terminal.say(path === undefined ? line : `${line} -> ${path}`);
    terminal.data({ id, name, category, size, contentType, path });
  }
  if (files.length === 0) terminal.say('The job has no files.');
  return EXIT.success;
};

/** Writes a file whole or not at all. */
async function download(client: Client, file: JobAttachmentDto, path: string): Promise<void> {
  const { BlobFileAccess: access } = await client.call(getAttachment, { key: file.attachmentId });
  await mkdir(dirname(path), { recursive: true });
  const unfinished = join(dirname(path), `.${randomUUID()}.part`);
  try {
    // The address is enough. It may be that of a storage, which must not see the caller's token.
    const response = await fetch(access!.Uri!);
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(unfinished, { flags: 'wx' }));
    await rename(unfinished, path);
  } catch (error) {
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
    throw new Failure(`${file.attachmentName} was not downloaded: ${reason}.`);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * A path below the folder for each file. Names come from jobs: none leads out of the folder. What is taken by
 * another file, or has to be a folder for one, gets a number.
 */
function pathsBelow(folder: string, files: readonly JobAttachmentDto[]): string[] {
  const [taken, folders] = [new Set<string>(), new Set<string>()];
  return files.map(({ attachmentName, attachmentId }) => {
    const parts = safeParts(attachmentName ?? attachmentId);
    for (let i = 1; ; i++) {
      const own = i === 1 ? parts : [`${i}-${parts.join('_')}`];
      // Many file systems take upper and lower case for the same.
      const above = own.map((_, end) =>
        own
          .slice(0, end + 1)
          .join(sep)
          .toLowerCase(),
      );
      const key = above.pop()!;
      if (taken.has(key) || folders.has(key) || above.some((one) => taken.has(one))) continue;
      taken.add(key);
      for (const one of above) folders.add(one);
      return join(folder, ...own);
    }
  });
}

/** Steps up, roots and drives are left out, and characters that a file system refuses become `_`. */
function safeParts(name: string): string[] {
  const parts = name
    .split(/[/\\]/)
    .map((part) => part.replace(/[\p{Cc}:*?"<>|]/gu, '_').replace(/[. ]+$/, ''))
    .filter((part) => part !== '');
  return parts.length > 0 ? parts : ['file'];
}

function sizeText(bytes: number | null | undefined): string {
  const size = bytes ?? 0;
  if (size < 1000) return `${size} B`;
  return size < 1e6 ? `${(size / 1e3).toFixed(1)} kB` : `${(size / 1e6).toFixed(1)} MB`;
}
