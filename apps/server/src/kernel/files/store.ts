import type { Readable } from 'node:stream';

/**
 * Where packages and other files are stored. The server makes the keys (`packages/<uuid>`) and never takes
 * them from a caller.
 */
export interface FileStore {
  /**
   * Writes all or nothing: a crash leaves no half file under the key. Writing the same key again replaces it.
   * @throws StorageFailure
   */
  write(key: string, content: Buffer | AsyncIterable<Buffer | string>): Promise<void>;
  /**
   * Undefined if there is no such file. `range`: only these bytes, both ends included. The size is that of
   * the whole file.
   */
  read(
    key: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<{ readonly stream: Readable; readonly size: number } | undefined>;
  remove(key: string): Promise<void>;
  /**
   * Content that is looked at before it is decided whether to keep it. If its server dies, it is removed
   * with unfinished files.
   */
  setAside(content: AsyncIterable<Buffer>): Promise<SetAside>;
  /**
   * Removes unfinished writes that were not touched for that many milliseconds, because their
   * server has died.
   */
  removeUnfinished(untouchedMs: number): Promise<void>;
}

export interface SetAside {
  /** On this machine's disk. */
  readonly path: string;
  remove(): Promise<void>;
}
