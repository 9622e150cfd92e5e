import { openAsBlob } from 'node:fs';
import { requestOf } from '@baton/client/request';
import type { Operation } from '@baton/contract/operation';
import { backoff } from './backoff.ts';
import { troubleOf } from './host-trouble.ts';
import { type Log, messageOf } from './log.ts';
import { isRecord } from './wire.ts';

export type LinkOptions = {
  /** The server's address, alone or followed by `/{organization}/{tenant}`. */
  readonly url: string;
  readonly machineKey: string;
  readonly machineSecret: string;
  readonly log: Log;
  readonly fetch?: typeof fetch;
  /** Milliseconds. */
  readonly now?: () => number;
};

/** The server answered and refused the call. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly errorCode: number | null;

  constructor(status: number, message: string, errorCode: number | null) {
    super(`${status}: ${message}`);
    this.status = status;
    this.errorCode = errorCode;
  }
}

export type Link = {
  /** The server's address. */
  readonly url: string;
  /** Makes one JSON call; answers the body, or null for none. @throws Refused, or the error of the network */
  call<Input, Answer>(
    operation: Operation<Input, Answer>,
    input: NoInfer<Input>,
    signal: AbortSignal,
  ): Promise<Answer | null>;
  /**
   * The same, repeated until there is an answer that asking again would not change.
   * @param isAnswer which refusals count as an answer; by default all that are not transient
   * @throws Refused, or when aborted
   */
  callUntilAnswered<Input, Answer>(
    operation: Operation<Input, Answer>,
    input: NoInfer<Input>,
    signal: AbortSignal,
    isAnswer?: (refused: Refused) => boolean,
  ): Promise<Answer | null>;
  /** Sends a file from the disk, in pieces. The machine's token is sent to the server only. */
  put(address: string, content: FileToSend, signal: AbortSignal): Promise<void>;
  /** A successful response, its body unread. The machine's token is sent to the server only. */
  get(address: string, accept: string, signal: AbortSignal): Promise<Response>;
};

export type FileToSend = {
  readonly file: string;
  /** In bytes. */
  readonly size: number;
  readonly type: string;
};

const TIMEOUT_MS = 30_000;
/** A slower line than this counts as broken. */
const BYTES_PER_MS = 20;

export function openLink(options: LinkOptions): Link {
  const { log } = options;
  const send = options.fetch ?? fetch;
  const base = options.url.replace(/\/+$/, '');
  const token = machineToken(options, base, send);

  const fetchOk = async (url: URL, init: RequestInit, signal: AbortSignal): Promise<Response> => {
    for (let attempt = 0; ; attempt++) {
      const headers = new Headers(init.headers);
      const own = url.origin === new URL(base).origin;
      const current = own ? await token.get(signal) : '';
      if (own) headers.set('authorization', `Bearer ${current}`);
      const response = await send(url, { ...init, headers, signal });
      if (response.status === 401 && own && attempt === 0) {
        await response.body?.cancel();
        token.forget(current);
        continue;
      }
      if (!response.ok) throw await refusal(response);
      return response;
    }
  };
  const call: Link['call'] = async (operation, input, signal) => {
    const { method, path, body } = requestOf(operation, input);
    const init = {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const limited = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetchOk(new URL(base + path), init, limited);
    const text = await response.text();
    return text === '' ? null : JSON.parse(text);
  };

  return {
    url: base,
    call,
    async callUntilAnswered(operation, input, signal, isAnswer = (refused) => !isTransient(refused)) {
      const wait = backoff(signal);
      for (;;) {
        try {
          return await call(operation, input, signal);
        } catch (error) {
          if (signal.aborted || (error instanceof Refused && isAnswer(error))) throw error;
          log.debug({ operation: operation.id, error: messageOf(error) }, 'no answer, trying again');
          await wait.next();
        }
      }
    },
    async put(address, { file, size, type }, signal) {
      const limited = AbortSignal.any([
        signal,
        AbortSignal.timeout(TIMEOUT_MS + Math.ceil(size / BYTES_PER_MS)),
      ]);
      const init = {
        method: 'PUT',
        headers: { 'content-type': type },
        body: await openAsBlob(file, { type }),
      };
      const response = await fetchOk(new URL(address, `${base}/`), init, limited);
      await response.body?.cancel();
    },
    get: (address, accept, signal) => fetchOk(new URL(address, `${base}/`), { headers: { accept } }, signal),
  };
}

/**
 * Whether the same call may succeed later: the network is down, the server starts or is overloaded, or a
 * token was refused. A file of this machine that cannot be written and a certificate that it does not trust
 * are not transient.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Refused)) return troubleOf(error, '', 'http://any') === null;
  return error.status >= 500 || [401, 408, 425, 429].includes(error.status);
}

function machineToken(options: LinkOptions, base: string, send: typeof fetch) {
  const now = options.now ?? Date.now;
  let held: { token: string; until: number } | null = null;
  let pending: Promise<string> | null = null;

  const ask = async (): Promise<string> => {
    const response = await send(`${base}/identity/connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: options.machineKey,
        client_secret: options.machineSecret,
      }),
      // A signal of its own, not the caller's: all callers wait for the same answer.
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw await refusal(response);
    const answer: unknown = await response.json();
    if (!isRecord(answer) || typeof answer['access_token'] !== 'string') {
      throw new Refused(response.status, 'the token endpoint answered without a token', null);
    }
    const lifeSeconds = typeof answer['expires_in'] === 'number' ? answer['expires_in'] : 300;
    // The token is renewed when a fifth of its life is left, so that it does not expire on the way.
    held = { token: answer['access_token'], until: now() + lifeSeconds * 800 };
    return held.token;
  };

  return {
    async get(signal: AbortSignal): Promise<string> {
      signal.throwIfAborted();
      if (held && now() < held.until) return held.token;
      pending ??= ask().finally(() => {
        pending = null;
      });
      return pending;
    },
    forget(token: string) {
      if (held?.token === token) held = null;
    },
  };
}

async function refusal(response: Response): Promise<Refused> {
  const text = await response.text().catch(() => '');
  let body: unknown = null;
  try {
    body = JSON.parse(text);
  } catch {
    // a proxy's page
  }
  const field = (name: string) => (isRecord(body) ? body[name] : undefined);
  const message = field('message') ?? field('error_description') ?? field('error') ?? response.statusText;
  const code = field('errorCode');
  return new Refused(response.status, String(message), typeof code === 'number' ? code : null);
}
