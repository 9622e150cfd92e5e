import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { ApiFailure, bodyOf } from '@baton/client/api-failure';
import type { Client } from '@baton/client/client';
import { createAttachment, type JobAttachmentDtoInput } from '@baton/contract/attachments';
import type { BlobFileAccessDto } from '@baton/contract/exports';
import { EXIT, Failure, UsageError } from './failure.ts';

/** A file that a job is given. */
interface GivenFile {
  readonly name: string;
  readonly path: string;
}

/** What `--attach` names, before anything is sent: `NAME=FILE`, or a file under its own name. */
export async function readFiles(values: readonly string[], cwd: string): Promise<readonly GivenFile[]> {
  const files = values.map((value) => {
    const [, name, file] = /^([^=]*)=(.*)$/s.exec(value) ?? [value, basename(value), value];
    if (!name || !file) throw new UsageError(`--attach: '${value}' is not NAME=FILE, or FILE.`);
    return { name, path: resolve(cwd, file) };
  });
  const twice = files.find(({ name }, i) => files.some((other, k) => k < i && other.name === name));
  if (twice) throw new UsageError(`--attach: two files are named ${twice.name}; say NAME=FILE.`);
  for (const { path } of files) {
    const found = await stat(path).catch((error: Error) => error.message);
    if (typeof found === 'string') throw new Failure(`--attach: ${path}: ${found}`, EXIT.usage);
    if (!found.isFile()) throw new Failure(`--attach: ${path}: is no file`, EXIT.usage);
  }
  return files;
}

/** Sends them from the disk, one after the other. They belong to nobody until a job is started with them. */
export async function uploadFiles(
  client: Client,
  files: readonly GivenFile[],
): Promise<JobAttachmentDtoInput[]> {
  const given: JobAttachmentDtoInput[] = [];
  for (const { name, path } of files) {
    const made = await client.call(createAttachment, { body: { Name: name } });
    await upload(made.BlobFileAccess!, name, path);
    given.push({ attachmentId: made.Id, category: 'Input' });
  }
  return given;
}

async function upload(access: BlobFileAccessDto, name: string, path: string): Promise<void> {
  const { Uri, Verb, Headers } = access;
  const headers = Headers?.Keys?.map((key, i): [string, string] => [key, Headers.Values?.[i] ?? '']) ?? [];
  try {
    // The address is enough. It may be that of a storage, which must not see the caller's token.
    const response = await fetch(Uri!, { method: Verb ?? 'PUT', headers, body: await openAsBlob(path) });
    await bodyOf(response, `PUT ${name}`);
  } catch (error) {
    if (error instanceof ApiFailure) throw new Failure(`${name} was not uploaded: ${error.reason}`);
    const { message, cause } = error as Error;
    const reason = cause instanceof Error ? `${message}: ${cause.message}` : message;
    throw new Failure(`${name} was not uploaded: ${reason}.`);
  }
}
