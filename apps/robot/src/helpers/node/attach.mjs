import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { OrchestratorError, orchestrator } from './baton.mjs';

/**
 * Makes a file one of the files of this job, and answers the attachment's id. The content is sent from the
 * disk, whatever its size.
 */
export async function attach(path, { name = basename(path), category, type } = {}) {
  const body = await openAsBlob(path, { type: type ?? 'application/octet-stream' });
  const made = await orchestrator.post('/odata/Attachments', {
    Name: name,
    JobKey: process.env.UIPATH_JOB_KEY,
    AttachmentCategory: category,
  });
  const { Uri, Verb, Headers } = made.BlobFileAccess;
  const headers = Object.fromEntries(Headers.Keys.map((key, i) => [key, Headers.Values[i]]));
  const response = await fetch(Uri, { method: Verb, headers, body });
  if (!response.ok)
    throw new OrchestratorError(response.status, `The file ${name} was refused: ${await response.text()}`);
  await response.body?.cancel();
  return made.Id;
}
