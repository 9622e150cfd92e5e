import { type Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import type { Wire } from './bend.ts';

export interface Heard {
  /** 0: no answer. */
  readonly status: number;
  readonly body: string;
  readonly ms: number;
}

const PATIENCE_MS = 60_000;
const KEPT_BYTES = 100_000;

/** What a connection carried before: a server that closes it without a word fails the next call. */
const last = new WeakMap<Socket, string>();

/** Sends what stands there, byte for byte; fetch would mend it. */
export function send(base: string, wire: Wire, isStream: boolean, agent: Agent): Promise<Heard> {
  const { method, target, headers, body } = wire;
  const { hostname, port } = new URL(base);
  const begun = performance.now();
  const { promise, resolve } = Promise.withResolvers<Heard>();
  const end = (status: number, text: string): void =>
    resolve({ status, body: text, ms: performance.now() - begun });
  const call = request(
    {
      hostname,
      port,
      method,
      path: target.replace(/[^\x21-\x7e]/g, ''),
      agent,
      headers: { ...headers, ...(body ? { 'content-length': String(body.length) } : {}) },
      timeout: PATIENCE_MS,
    },
    (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      const isEndless = isStream && answer.statusCode === 200;
      if (isEndless) {
        end(200, '');
        answer.destroy();
        return;
      }
      answer.on('data', (part: string) => (text.length < KEPT_BYTES ? (text += part) : undefined));
      answer.on('end', () => end(answer.statusCode!, text));
      answer.on('error', (error) => end(0, `the answer broke off: ${error.message}`));
    },
  );
  let before = '';
  call.on('socket', (socket) => {
    before = last.get(socket) ?? '';
    last.set(socket, asCurl(base, wire));
  });
  call.on('timeout', () => call.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
  call.on('error', (error: Error & { code?: string }) =>
    end(0, `${error.code ?? ''} ${error.message}${before && `, on the connection of: ${before}`}`),
  );
  call.end(body);
  return promise;
}

/** The same by hand. */
export function asCurl(base: string, { method, target, headers, body }: Wire): string {
  const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const secretless = Object.entries(headers).filter(([name]) => name !== 'authorization');
  const lines = secretless.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  const shown =
    body && body.length < 2000
      ? ` --data-binary ${quote(body.toString())}`
      : body
        ? ` # ${body.length} bytes`
        : '';
  return `curl -X ${method} ${quote(base + target)} ${lines.join(' ')}${shown}`;
}
