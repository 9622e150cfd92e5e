import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/*
 * Small files that survive a power cut: afterwards a file is there whole or not at all. The calls are
 * synchronous on purpose. The files have a few hundred bytes, and nothing else of the robot may run between
 * writing a file and acting upon it.
 */

/**
 * Writes to a temporary file beside it, flushes that, and renames it. Only the owner may read the file,
 * because some of these files hold a job's token.
 */
export function writeDurably(file: string, content: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFlushed(temporary, content);
  renameSync(temporary, file);
  flushFolder(dirname(file));
}

/** Like `writeDurably`, for a file that must not exist yet. Of several writers exactly one gets true. */
export function claimDurably(file: string, content: string): boolean {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFlushed(temporary, content);
  try {
    // A hard link appears together with its content, or fails. `open('wx')` would briefly show an empty file.
    linkSync(temporary, file);
    flushFolder(dirname(file));
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    remove(temporary);
  }
}

/**
 * Removes a file, or a folder with everything in it. A missing one is no error. On a read-only disk Node's
 * own `rmSync` throws an error that has a message, but no code.
 */
export function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    const isReadOnly = hasCode(error, '') && /read-only file system/i.test(String(error));
    throw isReadOnly ? Object.assign(error as Error, { code: 'EROFS' }) : error;
  }
}

/** The JSON in a file; null where the file is missing or does not hold JSON. */
export function readJson(file: string): unknown {
  const text = readText(file);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Null where there is no such file, nor perhaps the folder for it. */
export function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}

export function flushFolder(folder: string): void {
  if (process.platform === 'win32') return; // folders cannot be opened there; NTFS journals renames
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/**
 * Adds the path to the error of a call on an open file, which says what went wrong, but not with which file.
 */
export function withPath(error: unknown, path: string): unknown {
  if (error instanceof Error && 'code' in error && !('path' in error)) error.message += ` '${path}'`;
  return error;
}

function writeFlushed(file: string, content: string): void {
  const handle = openSync(file, 'w', 0o600);
  try {
    // Not `writeSync`: near the end of a disk it writes only a part, and only its return value tells.
    writeFileSync(handle, content);
    fsyncSync(handle);
  } catch (error) {
    remove(file);
    throw withPath(error, file);
  } finally {
    closeSync(handle);
  }
}
