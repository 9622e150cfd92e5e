import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { type Ends, stopsOf } from '../../kernel/db/test-database.ts';

export interface ReceivedMail {
  readonly to: string;
  readonly from: string;
  readonly subject: string;
  readonly messageId: string;
  /** The plain part, decoded. */
  readonly text: string;
}

export interface Mailbox {
  readonly url: string;
  readonly mails: readonly ReceivedMail[];
  /** Addresses that it refuses. */
  readonly refused: Set<string>;
  /** Connections are refused until then, and after `stop`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A mail server on its own port. Nobody listens there before it is started. */
export async function mailbox(t: Ends): Promise<Mailbox> {
  const atEnd = stopsOf(t);
  const mails: ReceivedMail[] = [];
  const refused = new Set<string>();
  const port = await portOfNobody();
  let server: SMTPServer | undefined;
  const stop = async (): Promise<void> => {
    const running = server;
    server = undefined;
    if (running) await new Promise<void>((done) => running.close(() => done()));
  };
  atEnd(stop);
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refused,
    stop,
    async start() {
      server = new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        onRcptTo: ({ address }, _session, callback) =>
          callback(
            refused.has(address) ? Object.assign(new Error('no such box'), { responseCode: 550 }) : null,
          ),
        onData(stream, session, callback) {
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => void chunks.push(chunk));
          stream.on('end', () => {
            const source = Buffer.concat(chunks).toString('utf8');
            for (const { address } of session.envelope.rcptTo) mails.push(read(address, source));
            callback();
          });
        },
      });
      server.on('error', () => undefined);
      server.listen(port, '127.0.0.1');
      await once(server.server, 'listening');
    },
  };
}

async function portOfNobody(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

function read(to: string, source: string): ReceivedMail {
  const { headers, body } = partOf(source);
  const boundary = /boundary="?([^";\s]+)/.exec(headers['content-type'] ?? '')?.[1];
  const plain = boundary ? partOf(body.split(`--${boundary}`)[1]!.trimStart()) : { headers, body };
  const encoding = plain.headers['content-transfer-encoding']?.toLowerCase();
  return {
    to,
    from: headers.from ?? '',
    subject: words(headers.subject ?? ''),
    messageId: headers['message-id'] ?? '',
    text: decode(plain.body, encoding).replaceAll('\r\n', '\n'),
  };
}

function partOf(source: string): { readonly headers: Record<string, string>; readonly body: string } {
  const [head = '', ...body] = source.split('\r\n\r\n');
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(':');
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  });
  return { headers: Object.fromEntries(headers), body: body.join('\r\n\r\n') };
}

/** RFC 2047. */
const words = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, encoded: string) =>
      kind.toLowerCase() === 'b'
        ? decode(encoded, 'base64')
        : decode(encoded.replaceAll('_', ' '), 'quoted-printable'),
    );

function decode(text: string, encoding: string | undefined): string {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString();
  if (encoding !== 'quoted-printable') return text;
  const bytes = text
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
