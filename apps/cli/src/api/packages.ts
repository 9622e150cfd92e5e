import { ApiFailure } from '@baton/client/api-failure';
import type { Client, UploadedFile } from '@baton/client/client';
import { uploadPackage } from '@baton/contract/processes';

/** Answers false if the feed already has this version. */
export async function upload(client: Client, file: UploadedFile, feedId?: string): Promise<boolean> {
  try {
    await client.upload(uploadPackage, { feedId }, file);
    return true;
  } catch (error) {
    if (error instanceof ApiFailure && error.status === 409) return false;
    throw error;
  }
}
