import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tokenSource } from '@baton/client/token';
import { pino } from 'pino';
import { type Embedded, startEmbedded } from '../apps/server/src/kernel/db/embedded.ts';
import { atEnd } from './at-end.ts';
import { type Child, startChild } from './child.ts';
import { requestBytes, type Target } from './http-load.ts';
import type { BatonReady } from './serve-baton.ts';

/** An embedded, durable PostgreSQL on a new folder, and a server on it, set up as an operator would do it. */
export interface Stage {
  readonly database: Embedded;
  readonly server: Child<BatonReady>;
  readonly target: Target;
  /** The headers of an authenticated call in the folder Shared. */
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes of an authenticated POST. */
  request(path: string, body: unknown): Buffer;
  post(path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }>;
  stop(): Promise<void>;
}

/**
 * `kept` is a folder that stays, with its content, for the next time. Without it a new folder
 * is used and removed.
 */
export async function startStage(execArgv: readonly string[] = [], kept?: string): Promise<Stage> {
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'baton-bench-')));
  const removed = kept ? async () => {} : atEnd(() => rm(folder, { recursive: true, force: true }));
  const database = await startEmbedded({
    dataFolder: join(folder, 'database'),
    log: pino({ level: 'warn' }),
  });
  const stopped = atEnd(() => database.stop());
  const server = await startChild<BatonReady>(
    './serve-baton.ts',
    {
      BATON_DATA: join(folder, 'data'),
      BATON_PORT: '0',
      BATON_PASSWORD_SIGN_IN: 'true',
      BATON_ACCESS_TOKEN_SECONDS: '86400',
      BATON_LOG_LEVEL: 'warn',
      BATON_ENCRYPTION_KEY: await once(folder, 'key', randomBytes(32).toString('base64')),
      DATABASE_URL: database.url,
    },
    execArgv,
  );
  const { url, folderId } = server.ready;
  const target = { host: '127.0.0.1', port: Number(new URL(url).port) };
  // The password is only told at the first start.
  const password = await once(folder, 'password', server.ready.password ?? '');
  const token = await tokenOfApplication({ ...server.ready, userName: 'admin', password });
  const headers = { authorization: `Bearer ${token}`, 'x-uipath-organizationunitid': String(folderId) };
  return {
    database,
    server,
    target,
    headers,
    request: (path, body) => requestBytes({ path, headers, body }),
    async post(path, body) {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
      };
    },
    async stop() {
      await server.stop();
      await stopped();
      await removed();
    },
  };
}

/** The content of the folder's file of this name. The first call writes the file. */
async function once(folder: string, name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await mkdir(folder, { recursive: true });
  await writeFile(file, text, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return readFile(file, 'utf8');
}

const SCOPES = ['Queues', 'Folders', 'Machines', 'Assets', 'Monitoring', 'Robots', 'Jobs'].map(
  (name) => `OR.${name}`,
);

/**
 * A sign-in with a password lasts half an hour. A benchmark may run longer, so it calls as an application.
 */
async function tokenOfApplication({ url, userName, password, organizationId }: BatonReady): Promise<string> {
  const asked = async (path: string, body: object, headers = {}): Promise<Record<string, string>> => {
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
    return JSON.parse(text) as Record<string, string>;
  };
  const signedIn = await asked('/api/Account/Authenticate', { usernameOrEmailAddress: userName, password });
  const wanted = {
    partitionGlobalId: organizationId,
    name: `bench ${randomBytes(4).toString('hex')}`,
    isConfidential: true,
    scopes: SCOPES.map((name) => ({ name, type: 'application' })),
  };
  const application = await asked('/identity/api/ExternalClient', wanted, {
    authorization: `Bearer ${signedIn.result}`,
  });
  const { id: clientId, secret: clientSecret } = application;
  return tokenSource({
    url,
    clientId: clientId!,
    clientSecret: clientSecret!,
    scope: SCOPES.join(' '),
  }).get();
}
