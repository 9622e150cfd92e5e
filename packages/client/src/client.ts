import type { MemberOf, Operation, Selected } from '@baton/contract/operation';
import { bodyOf } from './api-failure.ts';
import { type FolderRef, folderHeader } from './folder.ts';
import { type Patience, patiently, watchAway } from './patience.ts';
import { type QueryOptions, requestOf } from './request.ts';
import { fixedToken, type TokenSource, tokenSource } from './token.ts';

/** Calls a server for one caller. It gets and renews a token, and calls operations by their declaration. */
export interface Client {
  readonly url: string;
  /** The token that calls carry. Throws ApiFailure or Unreachable. */
  token(): Promise<string>;
  /**
   * Calls an operation of the contract. Answers the parsed body, or undefined for none. An answer that is not
   * JSON is returned as an unread Response. With `$select` the answer has only those members. Throws
   * ApiFailure or Unreachable.
   */
  call<Input, Answer, const Member extends MemberOf<Answer> = never>(
    operation: Operation<Input, Answer>,
    input: NoInfer<Input>,
    more?: CallOptions<Member>,
  ): Promise<[Member] extends [never] ? Answer : Selected<Answer, Member>>;
  /** Uploads a file to an operation that takes one. Throws ApiFailure or Unreachable. */
  upload<Input, Answer>(
    operation: Operation<Input, Answer>,
    input: NoInfer<Input>,
    file: UploadedFile,
  ): Promise<Answer>;
  /**
   * For calls that no operation declares. `path` is below the base URL, or absolute. A refusal is returned as
   * a response, not thrown.
   */
  fetch(path: string, init?: FetchOptions): Promise<Response>;
  /** The same client, in a folder. */
  in(folder: FolderRef): Client;
}

export interface CallOptions<Member extends string = string> {
  /** `$filter` and similar options. */
  readonly options?: QueryOptions<Member>;
  /** By this key the server recognizes a repeated POST. Default: generated if the client is patient. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

export interface UploadedFile {
  readonly fileName: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Streams are not accepted, because the body must be available for another try. */
export type FetchOptions = Omit<RequestInit, 'body'> & {
  readonly body?: string | URLSearchParams | FormData | Blob;
  /** Milliseconds until a try is given up; default: that of the client. */
  readonly timeoutMs?: number;
};

/**
 * Who calls: an application or machine, the subject of a token, or the person whose tokens a source supplies.
 */
export type Caller =
  | {
      readonly clientId: string;
      readonly clientSecret: string;
      /** Default: all that the application was granted. */
      readonly scope?: string;
    }
  | { readonly token: string }
  | { readonly tokens: TokenSource };

export type ClientOptions = Caller & Connecting;

interface Connecting {
  /** `http://host:8080`, alone or with `/{organization}/{tenant}`. */
  readonly url: string;
  readonly fetch?: typeof fetch;
  /**
   * How long, in milliseconds, one call is tried again while the server is away or overloaded.
   * Default 0: a single try.
   */
  readonly patienceMs?: number;
  /** How long one try may take, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number;
  /** Called once when a server does not answer, and once when it answers again. */
  readonly onAway?: (isAway: boolean) => void;
}

export function createClient({ onAway, ...options }: ClientOptions): Client {
  const all = { ...options, away: onAway && watchAway(onAway) };
  return clientIn(all, sourceOf(all), {});
}

function sourceOf(options: Caller & Connecting & Patience): TokenSource {
  if ('tokens' in options) return options.tokens;
  return 'token' in options ? fixedToken(options.token) : tokenSource(options);
}

function clientIn(
  options: Connecting & Patience,
  token: TokenSource,
  ambient: Readonly<Record<string, string>>,
): Client {
  const base = options.url.replace(/\/+$/, '');
  const client: Client = {
    url: options.url,
    token: () => token.get(),
    async fetch(path, { timeoutMs, ...init } = {}) {
      const url = /^https?:/.test(path) ? path : base + path;
      const send = (bearer: string): Promise<Response> => {
        const headers = new Headers({ ...ambient, authorization: `Bearer ${bearer}` });
        for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
        return patiently({ ...options, timeoutMs: timeoutMs ?? options.timeoutMs }, url, {
          ...init,
          headers,
        });
      };
      const used = await token.get();
      const response = await send(used);
      if (response.status !== 401 || !token.forget(used)) return response;
      // The token was revoked, or signed by a server that was set up anew. The call is repeated
      // once with a new token.
      await response.body?.cancel();
      return send(await token.get());
    },
    in: (folder) => clientIn(options, token, folderHeader(folder)),
    async call(operation, input, more = {}) {
      const { method, path, body } = requestOf(operation, input, more.options);
      const headers: Record<string, string> = {};
      if (body !== undefined) headers['content-type'] = 'application/json';
      const key =
        more.idempotencyKey ?? (method === 'POST' && options.patienceMs ? crypto.randomUUID() : undefined);
      if (key) headers['idempotency-key'] = key;
      const sent = body === undefined ? undefined : JSON.stringify(body);
      const response = await client.fetch(path, { method, headers, body: sent, signal: more.signal });
      const isContent = operation.answer === 'file' || operation.answer === 'stream';
      // The cast is safe: the server's own tests hold every answer to the contract.
      return (isContent && response.ok ? response : await bodyOf(response, describe(method, path))) as never;
    },
    async upload(operation, input, { fileName, bytes }) {
      const { method, path } = requestOf(operation, input);
      const content = new Blob([bytes]);
      const body = operation.takes === 'files' ? new FormData() : content;
      if (body instanceof FormData) body.append('file', content, fileName);
      // A slow line gets a second for each 100 kB in addition to the usual time.
      const timeoutMs = (options.timeoutMs ?? 60_000) + Math.ceil(bytes.length / 100);
      return (await bodyOf(
        await client.fetch(path, { method, body, timeoutMs }),
        describe(method, path),
      )) as never;
    },
  };
  return client;
}

const describe = (method: string, path: string): string => `${method} ${path.replace(/\?.*/, '')}`;
