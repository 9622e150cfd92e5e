// yazl ships no types. These are the parts of version 3.3 that packages and archives use.
declare module 'yazl' {
  import type { EventEmitter } from 'node:events';
  import type { Readable } from 'node:stream';

  export type Options = {
    mtime?: Date;
    mode?: number;
    compress?: boolean;
    forceDosTimestamp?: boolean;
  };
  export class ZipFile extends EventEmitter {
    outputStream: Readable;
    addBuffer(content: Buffer, path: string, options?: Options): void;
    addReadStreamLazy(
      path: string,
      options: Options,
      open: (done: (error: null, stream: Readable) => void) => void,
    ): void;
    addEmptyDirectory(path: string, options?: Options): void;
    end(): void;
  }
}
