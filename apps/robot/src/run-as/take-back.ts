import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { remove } from '../durable.ts';
import { files } from '../journal.ts';
import { type OtherUser, releaseAs } from './call-as.ts';

/**
 * The process has ended: what it left is the robot's again. From now on its user cannot reach it, and links
 * and pipes that it left where the robot reads are gone.
 */
export async function takeBack(job: string, user: OtherUser): Promise<void> {
  const folders = [join(job, files.content), join(job, files.io)];
  await releaseAs(user, folders);
  for (const folder of folders) chmodSync(folder, 0o700);
  const io = join(job, files.io);
  for (const name of readdirSync(io)) {
    const found = lstatSync(join(io, name));
    if (!found.isFile() && !found.isDirectory()) remove(join(io, name));
  }
}
