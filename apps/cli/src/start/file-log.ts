import { mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Logger, pino } from 'pino';

const MOST_BYTES = 10_000_000;

/**
 * The log of the server, beside its data. It is written synchronously, because after a crash people look for
 * the last lines before it.
 */
export function openFileLog(file: string, level: string): Logger {
  makeRoom(file);
  return pino({ level }, pino.destination({ dest: file, sync: true, append: true, mode: 0o600 }));
}

/** Renames a large log to `FILE.1`, which replaces the one before. */
export function makeRoom(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > MOST_BYTES) renameSync(file, `${file}.1`);
}
