import type { Readable } from 'node:stream';

/** What is sent. Handlers return one themselves only if the status is not the declared one. */
export class Reply {
  readonly status: number;
  /** JSON text, bytes, a stream, or null for no body. */
  readonly body: string | Buffer | Readable | null;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, body: Reply['body'] = null, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** What handlers of `file` and `stream` answers return. */
export interface FileAnswer {
  readonly body: Buffer | Readable;
  /** Default: the declared one. */
  readonly contentType?: string;
  /** Offered to the client for saving. */
  readonly fileName?: string;
  readonly size?: number;
  readonly headers?: Readonly<Record<string, string>>;
}
