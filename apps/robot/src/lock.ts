import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { claimDurably, readJson, readText } from './durable.ts';
import { identityOf, isAlive, isIdentity } from './process-identity.ts';

export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/**
 * One data folder belongs to one robot: two would report each other's jobs. The lock of a robot that was
 * killed is taken over.
 * @returns gives the folder back
 * @throws FolderInUse
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'robot.lock');
  const own = JSON.stringify(identityOf(process.pid));
  for (let attempt = 0; attempt < 10; attempt++) {
    if (claimDurably(file, own)) return () => rmSync(file, { force: true });
    const holder = readJson(file);
    if (isIdentity(holder) && isAlive(holder)) {
      throw new FolderInUse(`${folder} is used by another robot (process ${holder.pid})`);
    }
    moveAway(file, JSON.stringify(holder));
  }
  throw new FolderInUse(`${folder} is being taken by another robot`);
}

/**
 * Of several robots that find the same stale lock, one moves it; the others must not move that one's new
 * lock.
 */
function moveAway(file: string, stale: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readText(aside) ?? '';
  if (JSON.stringify(readJson(aside)) !== stale) claimDurably(file, moved);
  rmSync(aside, { force: true });
}
