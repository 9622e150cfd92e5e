// yauzl ships no types. These are the parts of version 3.4 that `archive.ts` and `file-reader.ts` use.
declare module 'yauzl' {
  import type { Readable } from 'node:stream';

  export type Entry = {
    generalPurposeBitFlag: number;
    compressionMethod: number;
    crc32: number;
    compressedSize: number;
    relativeOffsetOfLocalHeader: number;
    uncompressedSize: number;
    externalFileAttributes: number;
    fileNameRaw: Buffer;
  };
  export type ZipFile = {
    entryCount: number;
    fileSize: number;
    eachEntry(): AsyncIterable<Entry>;
    openReadStreamPromise(entry: Entry): Promise<Readable>;
    close(): void;
  };
  type Done = (error: Error | null, bytesRead?: number) => void;
  export class RandomAccessReader {
    read: (buffer: Buffer, offset: number, length: number, position: number, callback: Done) => void;
    _readStreamForRange: (start: number, end: number) => Readable;
    close: (callback: (error?: Error | null) => void) => void;
  }
  export type Options = { autoClose?: boolean; decodeStrings?: boolean; validateEntrySizes?: boolean };
  export function fromBufferPromise(buffer: Buffer, options?: Options): Promise<ZipFile>;
  export function fromRandomAccessReaderPromise(
    reader: RandomAccessReader,
    size: number,
    options?: Options,
  ): Promise<ZipFile>;
}
