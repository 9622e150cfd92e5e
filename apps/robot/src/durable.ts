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
 * Small files that have to be there after a power cut, whole or not at all. Synchronous on purpose: they are
 * a few hundred bytes, and between "written" and "acted upon" nothing else of the robot may run.
 */

/**
 * Writes beside the file, flushes, and renames over it. Readable by its owner only: some hold a job's token.
 */
export function writeDurably(file: string, content: string): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFlushed(temporary, content);
  renameSync(temporary, file);
  flushFolder(dirname(file));
}

/** The same, for a file that must not be there yet: of several writers one gets true. */
export function claimDurably(file: string, content: string): boolean {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFlushed(temporary, content);
  try {
    // A hard link appears with its content, or fails; open('wx') would show an empty file for a moment.
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
 * Removes a file, or a folder with all that is in it; one that is not there is no error. Of a read-only disk
 * Node's own `rmSync` says it in words, and has no code.
 */
export function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    const isReadOnly = hasCode(error, '') && /read-only file system/i.test(String(error));
    throw isReadOnly ? Object.assign(error as Error, { code: 'EROFS' }) : error;
  }
}

/** The JSON in a file; null where there is no such file, or what it holds is no JSON. */
export function readJson(file: string): unknown {
  const text = readText(file);
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
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

/** Calls on an open file say what went wrong, but not with which file. */
export function withPath(error: unknown, path: string): unknown {
  if (error instanceof Error && 'code' in error && !('path' in error)) error.message += ` '${path}'`;
  return error;
}

function writeFlushed(file: string, content: string): void {
  const handle = openSync(file, 'w', 0o600);
  try {
    // Not writeSync: near the end of a disk that writes a part, and says so only in what it answers.
    writeFileSync(handle, content);
    fsyncSync(handle);
  } catch (error) {
    remove(file);
    throw withPath(error, file);
  } finally {
    closeSync(handle);
  }
}
