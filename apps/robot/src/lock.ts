import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { claimDurably, readJson, readText, remove } from './durable.ts';
import { identityOf, isAlive, isIdentity, type ProcessIdentity } from './process-identity.ts';

class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/**
 * One data folder belongs to one robot, because two would report each other's jobs. The lock of a robot that
 * was killed is taken over.
 * @returns a function that releases the folder
 * @throws FolderInUse
 */
export function lockFolder(folder: string): () => void {
  const held = lockFile(join(folder, 'robot.lock'));
  if (typeof held === 'function') return held;
  throw new FolderInUse(
    held
      ? `${folder} is used by another robot (process ${held.pid})`
      : `${folder} is being taken by another robot`,
  );
}

/**
 * Exactly one of several processes gets the lock. The lock of a process that was killed is taken over.
 * @returns a function that releases the lock; or its holder; or null while others are just taking it
 */
export function lockFile(file: string): (() => void) | ProcessIdentity | null {
  const own = JSON.stringify(identityOf(process.pid));
  for (let attempt = 0; attempt < 10; attempt++) {
    if (claimDurably(file, own)) return () => remove(file);
    const holder = readJson(file);
    if (isIdentity(holder) && isAlive(holder)) return holder;
    moveAway(file, JSON.stringify(holder));
  }
  return null;
}

/** If several processes find the same stale lock, one moves it. The others must not move its new lock. */
function moveAway(file: string, stale: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readText(aside) ?? '';
  if (JSON.stringify(readJson(aside)) !== stale) claimDurably(file, moved);
  remove(aside);
}
