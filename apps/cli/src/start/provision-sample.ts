import { join } from 'node:path';
import { ApiFailure } from '@baton/client/api-failure';
import type { Client } from '@baton/client/client';
import { createQueue } from '@baton/contract/queue-definitions';
import { packFolder } from '@baton/nupkg/pack';
import { upload } from '../api/packages.ts';
import { findRelease, saveRelease } from '../api/releases.ts';

const FOLDER = 'Shared';
const QUEUE = {
  Name: 'Invoices',
  MaxNumberOfRetries: 2,
  AcceptAutomaticallyRetry: true,
  EnforceUniqueReference: true,
};

/**
 * Creates the sample's packages, processes and queue. What exists already stays as people have changed it.
 */
export async function provisionSample(client: Client, sampleFolder: string): Promise<void> {
  const shared = client.in(FOLDER);
  await Promise.all([
    provisionProcess(shared, join(sampleFolder, 'dispatcher')),
    provisionProcess(shared, join(sampleFolder, 'performer')),
    provisionQueue(shared),
  ]);
}

/**
 * Creates a process with the name of the package. Its version changes only when a newer Baton brings a
 * version that the feed does not have yet.
 */
async function provisionProcess(client: Client, folder: string): Promise<void> {
  const { id, version, fileName, bytes } = await packFolder(folder);
  const isNew = await upload(client, { fileName, bytes: Buffer.from(bytes) });
  if (isNew || !(await findRelease(client, id)))
    await saveRelease(client, { name: id, packageId: id, version });
}

async function provisionQueue(client: Client): Promise<void> {
  try {
    await client.call(createQueue, { body: QUEUE });
  } catch (error) {
    if (!(error instanceof ApiFailure) || error.status !== 409) throw error;
  }
}
