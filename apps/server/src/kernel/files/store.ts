import type { Readable } from 'node:stream';

/**
 * Where packages and other files are kept. Keys are made by the server (`packages/<uuid>`),
 * never taken from a caller.
 */
export interface FileStore {
  /**
   * Whole or not at all: a crash leaves no half file under the key. Writing the same key again replaces
   * it. @throws StorageFailure
   */
  write(key: string, content: Buffer | AsyncIterable<Buffer | string>): Promise<void>;
  /** Undefined when there is no such file. `range`: only these bytes, both ends included; the size is that of the whole file. */
  read(
    key: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<{ readonly stream: Readable; readonly size: number } | undefined>;
  remove(key: string): Promise<void>;
  /**
   * Content that is looked at before it is known whether it is kept. It goes as what is unfinished where its
   * server dies.
   */
  setAside(content: AsyncIterable<Buffer>): Promise<SetAside>;
  /** Frees the room of writes that were begun and not touched for so many milliseconds: their server has died. */
  removeUnfinished(untouchedMs: number): Promise<void>;
}

export interface SetAside {
  /** On this machine's disk. */
  readonly path: string;
  remove(): Promise<void>;
}
