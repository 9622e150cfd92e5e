import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { readTrustedProxies } from './kernel/http/trusted-proxies.ts';

/** Everything that can be set, read once from the environment; no other file reads it. */
export interface Config {
  /** Address to listen on. */
  readonly host: string;
  readonly port: number;
  /**
   * `https://baton.example`: how clients reach the server, where that differs from what they ask for (a proxy
   * in between).
   */
  readonly publicUrl: string | undefined;
  /** Whose word on the caller's address is taken (kernel/http/trusted-proxies.ts). */
  readonly trustedProxies: string;
  /** Where the embedded database, packages and keys are kept. */
  readonly dataFolder: string;
  /** `postgres://…` of the operator's own PostgreSQL; without it the embedded one is started. */
  readonly databaseUrl: string | undefined;
  readonly databaseConnections: number;
  /** Seconds that a start waits for a database that does not answer yet. */
  readonly databaseWaitSeconds: number;
  /** Of `baton server`: how many share the port and the work, each on a core of its own. */
  readonly processes: number;
  /** Whether others listen on the port as well; set for those processes only. */
  readonly sharesPort: boolean;
  /**
   * 32 bytes each, base64: the first seals secrets, the others still open older ones. Empty: a key is made in
   * the data folder.
   */
  readonly encryptionKeys: readonly string[];
  /** Whether old clients may sign in with name and password at /api/Account/Authenticate. */
  readonly passwordSignIn: boolean;
  readonly logLevel: string;
  /** Seconds between a robot's heartbeats; four missed make it unresponsive. */
  readonly heartbeatSeconds: number;
  /** Seconds that a job waits for an unresponsive robot before it becomes Faulted. */
  readonly lostJobSeconds: number;
  /**
   * Largest JSON body, in bytes; bulk adds of queue items are such. It is held in memory several times over.
   */
  readonly jsonLimit: number;
  /** Largest upload, in bytes: a file, or all files of a form together. It streams to the disk. */
  readonly bodyLimit: number;
  /** Seconds that calls under way have at a stop before their connections are cut. */
  readonly stopSeconds: number;
  /** Seconds that a request may stand still before all of it has come. */
  readonly idleBodySeconds: number;
  /** Event streams that may be open at once. */
  readonly eventStreams: number;
  /** Tests: each call is appended to this file. */
  readonly trafficFile: string | undefined;
  readonly accessTokenSeconds: number;
  /** `smtps://user:password@host:465`; without it mail is written to files in `outbox` of the data folder. */
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** Minutes without a result until a transaction is Abandoned. */
  readonly queueAbandonMinutes: number;
  readonly limits: Limits;
}

/** How much one call may ask for or bring; the defaults are the guide's. */
export interface Limits {
  /** Rows of a list: the largest `$top`, and as many come without one. */
  readonly pageRows: number;
  /** The same for items of queues. */
  readonly queueItemPageRows: number;
  /** Items in one bulk add. */
  readonly queueBulkItems: number;
  /** Bytes of each of SpecificContent, Output and Analytics, as JSON in UTF-8. */
  readonly queueDataBytes: number;
  /** Characters of an item's Progress. */
  readonly queueProgressCharacters: number;
  /** Characters of each text of a processing exception. */
  readonly queueExceptionCharacters: number;
  /** Largest SlaInMinutes and RiskSlaInMinutes of a queue. */
  readonly queueSlaMinutes: number;
}

interface Setting {
  readonly name: string;
  readonly help: string;
  readonly default: string;
}

/** What `baton server --help` lists. */
export const SETTINGS = [
  { name: 'BATON_HOST', help: 'address to listen on', default: '127.0.0.1' },
  { name: 'BATON_PORT', help: 'port to listen on; 0 takes a free one', default: '8080' },
  {
    name: 'BATON_PUBLIC_URL',
    help:
      'how clients reach the server, e.g. https://baton.example; set the same on every node. Without it each names itself by its own' +
      ' address in sign-in pages, links and the issuer of tokens',
    default: '',
  },
  {
    name: 'BATON_TRUSTED_PROXIES',
    help:
      'proxies whose X-Forwarded-* headers are believed: addresses and ranges with commas, or how many proxies stand in a row. Without it' +
      ' none is believed, not even on this machine, and behind a proxy all callers have its address',
    default: '',
  },
  { name: 'BATON_DATA', help: 'folder of the embedded database, packages and keys', default: './data' },
  {
    name: 'DATABASE_URL',
    help: 'your own PostgreSQL 15 or newer (UTF8, built with ICU), instead of the embedded one',
    default: '',
  },
  { name: 'BATON_DATABASE_CONNECTIONS', help: 'most connections to the database', default: '20' },
  {
    name: 'BATON_DATABASE_WAIT_SECONDS',
    help: 'time that the start waits for a database that does not answer yet',
    default: '60',
  },
  {
    name: 'BATON_PROCESSES',
    help: "processes of 'baton server' that share the port and the connections, each on a core of its own",
    default: '1',
  },
  {
    name: 'BATON_ENCRYPTION_KEY',
    help:
      '32 bytes in base64 (openssl rand -base64 32); several, newest first, with commas. Needed with DATABASE_URL, the same on every' +
      ' node; otherwise one is made in the data folder',
    default: '',
  },
  {
    name: 'BATON_PASSWORD_SIGN_IN',
    help: 'true: old clients may use /api/Account/Authenticate',
    default: 'false',
  },
  { name: 'BATON_LOG_LEVEL', help: 'trace, debug, info, warn, error or silent', default: 'info' },
  { name: 'BATON_HEARTBEAT_SECONDS', help: 'time between heartbeats of a robot', default: '30' },
  {
    name: 'BATON_LOST_JOB_SECONDS',
    help: 'time that a job waits for a robot that went silent',
    default: '600',
  },
  {
    name: 'BATON_JSON_LIMIT',
    help: 'largest JSON body in bytes, also of a bulk add of queue items: 15000 of 1 kB each fit',
    default: '16777216',
  },
  {
    name: 'BATON_BODY_LIMIT',
    help: 'largest upload in bytes: a file of a bucket, or all packages of one call together',
    default: '536870912',
  },
  {
    name: 'BATON_STOP_SECONDS',
    help: 'time that calls under way have at a stop before they are cut; containers are killed 10 s after the signal',
    default: '8',
  },
  {
    name: 'BATON_IDLE_BODY_SECONDS',
    help: 'time that a body may stand still on its way before the connection is closed; moving, it may take any time',
    default: '60',
  },
  {
    name: 'BATON_EVENT_STREAMS',
    help: 'most event streams of robots at once, in a process',
    default: '10000',
  },
  { name: 'BATON_ACCESS_TOKEN_SECONDS', help: 'lifetime of access tokens', default: '3600' },
  {
    name: 'BATON_SMTP_URL',
    help: 'smtps://user:password@host:465; without it mail is written to <data>/outbox',
    default: '',
  },
  { name: 'BATON_MAIL_FROM', help: 'sender of mail', default: 'Baton <baton@localhost>' },
  {
    name: 'BATON_QUEUE_ABANDON_MINUTES',
    help: 'minutes without a result until a transaction is abandoned',
    default: '1440',
  },
  { name: 'BATON_PAGE_ROWS', help: 'largest $top of a list, and its rows without $top', default: '1000' },
  {
    name: 'BATON_QUEUE_ITEM_PAGE_ROWS',
    help: 'the same for items of queues; hosted version 20 has 100',
    default: '1000',
  },
  { name: 'BATON_QUEUE_BULK_ITEMS', help: 'most items in one bulk add', default: '15000' },
  {
    name: 'BATON_QUEUE_DATA_BYTES',
    help: "most bytes in each of an item's SpecificContent, Output and Analytics",
    default: '1048576',
  },
  {
    name: 'BATON_QUEUE_PROGRESS_CHARACTERS',
    help: "most characters in an item's Progress",
    default: '1048576',
  },
  {
    name: 'BATON_QUEUE_EXCEPTION_CHARACTERS',
    help: 'most characters in each text of a processing exception',
    default: '1048576',
  },
  { name: 'BATON_QUEUE_SLA_MINUTES', help: 'largest SLA of a queue', default: '129600' },
] as const satisfies readonly Setting[];

/** A quarter of what PostgreSQL takes as one value: sealed and escaped text is longer. */
const MOST_TEXT = 256 * 2 ** 20;

type Name = (typeof SETTINGS)[number]['name'];

/** Throws an error that names the variable when a value is not usable. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const text = (name: Name): string => env[name]?.trim() || SETTINGS.find((s) => s.name === name)!.default;
  const number = (name: Name, min: number, max: number): number => {
    const value = Number(text(name));
    if (!Number.isInteger(value) || value < min || value > max) {
      throw new Error(`${name}: '${text(name)}' is not a whole number between ${min} and ${max}.`);
    }
    return value;
  };
  const boolean = (name: Name): boolean => {
    if (!/^(true|false)$/i.test(text(name)))
      throw new Error(`${name}: '${text(name)}' is neither true nor false.`);
    return /^true$/i.test(text(name));
  };
  const jsonLimit = number('BATON_JSON_LIMIT', 65_536, MOST_TEXT);
  const queueDataBytes = number('BATON_QUEUE_DATA_BYTES', 2, MOST_TEXT);
  if (queueDataBytes > jsonLimit)
    throw new Error(
      `BATON_QUEUE_DATA_BYTES: ${queueDataBytes} bytes never arrive in ${jsonLimit} (BATON_JSON_LIMIT).`,
    );
  return Object.freeze({
    host: listenable(text('BATON_HOST')),
    port: number('BATON_PORT', 0, 65535),
    publicUrl: publicOrigin(text('BATON_PUBLIC_URL')),
    trustedProxies: proxies(text('BATON_TRUSTED_PROXIES')),
    dataFolder: resolve(text('BATON_DATA')),
    databaseUrl: databaseUrl(text('DATABASE_URL')),
    databaseConnections: number('BATON_DATABASE_CONNECTIONS', 2, 1000),
    databaseWaitSeconds: number('BATON_DATABASE_WAIT_SECONDS', 0, 86_400),
    processes: number('BATON_PROCESSES', 1, 64),
    sharesPort: false,
    encryptionKeys: text('BATON_ENCRYPTION_KEY')
      .split(',')
      .map((key) => key.trim())
      .filter(Boolean),
    passwordSignIn: boolean('BATON_PASSWORD_SIGN_IN'),
    logLevel: text('BATON_LOG_LEVEL'),
    heartbeatSeconds: number('BATON_HEARTBEAT_SECONDS', 1, 3600),
    lostJobSeconds: number('BATON_LOST_JOB_SECONDS', 1, 86_400),
    jsonLimit,
    bodyLimit: number('BATON_BODY_LIMIT', 1024, 4 * 2 ** 30),
    stopSeconds: number('BATON_STOP_SECONDS', 0, 3600),
    idleBodySeconds: number('BATON_IDLE_BODY_SECONDS', 1, 3600),
    eventStreams: number('BATON_EVENT_STREAMS', 1, 1_000_000),
    accessTokenSeconds: number('BATON_ACCESS_TOKEN_SECONDS', 60, 86_400),
    smtpUrl: text('BATON_SMTP_URL') || undefined,
    mailFrom: text('BATON_MAIL_FROM'),
    queueAbandonMinutes: number('BATON_QUEUE_ABANDON_MINUTES', 1, 43_200),
    limits: Object.freeze({
      pageRows: number('BATON_PAGE_ROWS', 1, 100_000),
      queueItemPageRows: number('BATON_QUEUE_ITEM_PAGE_ROWS', 1, 100_000),
      queueBulkItems: number('BATON_QUEUE_BULK_ITEMS', 1, 1_000_000),
      queueDataBytes,
      queueProgressCharacters: number('BATON_QUEUE_PROGRESS_CHARACTERS', 1, MOST_TEXT),
      queueExceptionCharacters: number('BATON_QUEUE_EXCEPTION_CHARACTERS', 1, MOST_TEXT),
      queueSlaMinutes: number('BATON_QUEUE_SLA_MINUTES', 1, 2 ** 31 - 1),
    }),
    trafficFile: env.BATON_TRAFFIC || undefined,
  });
}

/**
 * Below a path neither pages, links and tokens' issuers nor the addresses that clients put together
 * themselves would be found.
 */
function publicOrigin(setting: string): string | undefined {
  if (setting === '') return undefined;
  const url = URL.canParse(setting) ? new URL(setting) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new Error(
      `BATON_PUBLIC_URL: '${setting.replace(/\/\/.*@/, '//')}' is not like https://baton.example.`,
    );
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw new Error(
      `BATON_PUBLIC_URL: '${setting}' has a path. Give Baton a name of its own, such as https://baton.example.`,
    );
  return url.origin;
}

/** As it is given, since a configuration travels between processes as JSON. */
function proxies(setting: string): string {
  try {
    readTrustedProxies(setting);
  } catch (error) {
    throw new Error(`BATON_TRUSTED_PROXIES: ${(error as Error).message}`, { cause: error });
  }
  return setting;
}

/** Not told back: a password stands in it. */
function databaseUrl(setting: string): string | undefined {
  if (setting === '') return undefined;
  if (/^(postgres|postgresql|socket):\/\/|^\//.test(setting)) return setting;
  throw new Error('DATABASE_URL: is not like postgres://user@host:5432/database.');
}

/** An address or a name: whatever else it holds would end up in another part of the server's own URL. */
function listenable(setting: string): string {
  if (isIPv6(setting) || (/^[\w.-]+$/.test(setting) && URL.canParse(`http://${setting}`))) return setting;
  throw new Error(`BATON_HOST: '${setting}' is no address to listen on, such as 0.0.0.0.`);
}
