import type { Readable } from 'node:stream';

/** Where packages and other files are kept. Keys are made by the server (`packages/<sha256>`), never taken from a caller. */
export interface FileStore {
  /** Whole or not at all: a crash leaves no half file under the key. Writing the same key again replaces it. */
  write(key: string, content: Buffer | AsyncIterable<Buffer | string>): Promise<void>;
  /** Undefined when there is no such file. */
  read(key: string): Promise<{ readonly stream: Readable; readonly size: number } | undefined>;
  remove(key: string): Promise<void>;
}
