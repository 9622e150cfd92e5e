import { close, createReadStream, fstatSync, open, openSync, read, readSync } from 'node:fs';
import * as yauzl from 'yauzl';
import { TAIL_BYTES, zipEnd } from './zip-end.ts';

/** Answers fewer bytes where there are no more. */
export type BytesAt = (position: number, length: number) => Buffer;

/**
 * Reads a package on disk for yauzl. Its own reader passes offsets from the archive to `fs.read`
 * unchecked. A zip64 record can claim an offset past 2^53. `fs.read` then throws outside of any promise,
 * which ends the process.
 */
export function openFileReader(path: string): {
  reader: yauzl.RandomAccessReader;
  size: number;
  bytesAt: BytesAt;
} {
  const fd = openSync(path, 'r');
  const { size: whole } = fstatSync(fd);
  const tail = Buffer.alloc(Math.min(TAIL_BYTES, whole));
  const got = readSync(fd, tail, 0, tail.length, whole - tail.length);
  const size = zipEnd(tail.subarray(0, got), whole);
  const reader = new yauzl.RandomAccessReader();
  reader.read = (buffer, offset, length, position, callback) => {
    if (!Number.isSafeInteger(position) || position + length > size) {
      setImmediate(callback, new Error('unexpected end of file'));
    } else {
      read(fd, buffer, offset, length, position, callback);
    }
  };
  // Destroying a stream closes its descriptor even with autoClose off. All streams of the file share this
  // descriptor, so closing it here does nothing.
  const shared = { open, read, close: (_: number, done: (error?: Error | null) => void) => done() };
  reader._readStreamForRange = (start, end) =>
    createReadStream(path, { fd, start, end: end - 1, fs: shared });
  reader.close = (callback) => close(fd, callback);
  const bytesAt: BytesAt = (position, length) => {
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - position)));
    return bytes.length === 0 ? bytes : bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, position));
  };
  return { reader, size, bytesAt };
}
