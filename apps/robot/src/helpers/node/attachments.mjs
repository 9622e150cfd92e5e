import { openAsBlob } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { exchange, OrchestratorError, request } from './client.mjs';

/**
 * Makes a file one of the files of this job, and answers the attachment's id. The content is sent from the
 * disk, whatever its size.
 */
export async function attach(path, { name = basename(path), category, type } = {}) {
  const body = await openAsBlob(path, { type: type ?? 'application/octet-stream' });
  const made = await request('POST', '/odata/Attachments', {
    Name: name,
    JobKey: process.env.UIPATH_JOB_KEY,
    AttachmentCategory: category,
  });
  const { Uri, Verb } = made.BlobFileAccess;
  const response = await fetch(Uri, { method: Verb, headers: headersOf(made.BlobFileAccess), body });
  if (!response.ok)
    throw new OrchestratorError(response.status, `The file ${name} was refused: ${await response.text()}`);
  await response.body?.cancel();
  return made.Id;
}

const headersOf = ({ Headers: { Keys, Values } }) =>
  Object.fromEntries(Keys.map((key, i) => [key, Values[i]]));

/**
 * The files of this job: what it was given at its start (`baton job start --attach`), and what it attached.
 * A file is named by its name, of which the last one counts, or is one of those that `list` answers.
 */
export const attachments = Object.freeze({
  /** All of them, or those of another job, in the order in which they came. */
  async list(jobKey = process.env.UIPATH_JOB_KEY) {
    if (!jobKey) throw new Error('Outside of a job no files are given; name a job by its key');
    const files = await request(
      'GET',
      `/api/JobAttachments/GetByJobKey?jobKey=${encodeURIComponent(jobKey)}`,
    );
    return files.map(({ attachmentId, attachmentName, category, size, contentType }) => ({
      id: attachmentId,
      name: attachmentName,
      category,
      size,
      type: contentType,
    }));
  },
  /** The content of a file, as a Buffer. */
  async read(file) {
    const { uri, headers } = await placeOf(file);
    return exchange(uri, { headers }, { timeoutMs: null });
  },
  /**
   * Writes a file to the disk, whatever its size, and answers the path: the file's own name in the working
   * folder, unless another is given. It is there whole or not at all.
   */
  async download(file, path) {
    const { id, name, uri, headers } = await placeOf(file);
    const own = name.split(/[/\\]/).at(-1);
    // A name that is none of a file's stands for nothing on a disk.
    const to = path ?? (/^\.{0,2}$/.test(own) ? id : own);
    const unfinished = `${to}.${process.pid}.part`;
    try {
      await exchange(uri, { headers }, { timeoutMs: null, take: (response) => write(response, unfinished) });
      await rename(unfinished, to);
    } finally {
      await rm(unfinished, { force: true });
    }
    return to;
  },
});

async function placeOf(file) {
  const { id, name } = typeof file === 'string' ? await named(file) : file;
  const { BlobFileAccess } = await request('GET', `/odata/Attachments(${id})`);
  return { id, name, uri: BlobFileAccess.Uri, headers: headersOf(BlobFileAccess) };
}

async function named(name) {
  const files = await attachments.list();
  const found = files.findLast((file) => file.name === name);
  if (found) return found;
  const names = files.map((file) => file.name).join(', ');
  throw new Error(`This job has no file ${name}; ${names ? `it has ${names}` : 'it has none'}`);
}

/** What the disk refuses is not mended by another try. */
const lasting = (error) => {
  throw Object.assign(error, { isLasting: true });
};

async function write(response, path) {
  const file = await open(path, 'w').catch(lasting);
  try {
    for await (const chunk of response.body) await file.writeFile(chunk).catch(lasting);
  } finally {
    await file.close();
  }
}
