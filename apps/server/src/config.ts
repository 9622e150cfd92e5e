import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import { AREAS } from './areas.ts';
import type { Area } from './kernel/area.ts';
import { TEST_CLOCK } from './kernel/clock.ts';
import { JSON_LIMIT, PAGE_ROWS } from './kernel/http/limits.ts';
import { readTrustedProxies } from './kernel/http/trusted-proxies.ts';
import { METRICS_TOKEN } from './kernel/metrics/mount-metrics.ts';
import { decodeKeys } from './kernel/secrets/keys.ts';
import {
  readSettings,
  type Setting,
  type SettingValues,
  text,
  valueOf,
  wholeNumber,
} from './kernel/settings.ts';

/** Settings of the server itself. Areas declare their own. */
const SERVER = {
  /** Address to listen on. */
  host: text('BATON_HOST', { help: 'address to listen on', default: '127.0.0.1' }, listenable),
  port: wholeNumber('BATON_PORT', {
    help: 'port to listen on; 0 takes a free one',
    default: 8080,
    min: 0,
    max: 65_535,
  }),
  /**
   * `https://baton.example`: how clients reach the server, if that differs from the address that requests
   * name (with a proxy in between).
   */
  publicUrl: text(
    'BATON_PUBLIC_URL',
    {
      help:
        'how clients reach the server, e.g. https://baton.example, without a path; set the same on every node. Without it each names itself by its own' +
        ' address in sign-in pages, links and the issuer of tokens',
    },
    publicOrigin,
  ),
  /** The proxies whose headers about the caller's address are believed (kernel/http/trusted-proxies.ts). */
  trustedProxies: text(
    'BATON_TRUSTED_PROXIES',
    {
      help:
        'proxies whose X-Forwarded-* headers are believed: addresses and ranges with commas, or how many proxies stand in a row. Without it' +
        ' none is believed, not even on this machine, and behind a proxy all callers have its address',
    },
    proxies,
  ),
  /** The folder of the embedded database, packages and keys. */
  dataFolder: text(
    'BATON_DATA',
    { help: 'folder of the embedded database, packages and keys', default: './data' },
    (folder) => resolve(folder),
  ),
  /** `postgres://…` of the operator's own PostgreSQL. Without it, the embedded one is started. */
  databaseUrl: text(
    'DATABASE_URL',
    { help: 'your own PostgreSQL 15 or newer (UTF8, built with ICU), instead of the embedded one' },
    databaseUrl,
  ),
  databaseConnections: wholeNumber('BATON_DATABASE_CONNECTIONS', {
    help: 'most connections to the database',
    default: 20,
    min: 2,
    max: 1000,
  }),
  /** Seconds that the start waits for a database that does not answer yet. */
  databaseWaitSeconds: wholeNumber('BATON_DATABASE_WAIT_SECONDS', {
    help: 'time that the start waits for a database that does not answer yet',
    default: 60,
    min: 0,
    max: 86_400,
  }),
  /** For `baton server`: how many processes share the port and the work, each on a core of its own. */
  processes: wholeNumber('BATON_PROCESSES', {
    help: "processes of 'baton server' that share the port and the connections, each on a core of its own",
    default: 1,
    min: 1,
    max: 64,
  }),
  /**
   * 32 bytes each, in base64. The first key seals secrets, and the others still open older ones. Empty: a key
   * is made in the data folder.
   */
  encryptionKeys: text(
    'BATON_ENCRYPTION_KEY',
    {
      help:
        '32 bytes in base64 (openssl rand -base64 32); several, newest first, with commas. Needed with DATABASE_URL, the same on every' +
        ' node; otherwise one is made in the data folder',
    },
    (keys): readonly string[] => {
      const each = keys
        .split(',')
        .map((key) => key.trim())
        .filter(Boolean);
      decodeKeys(each);
      return each;
    },
  ),
  logLevel: text(
    'BATON_LOG_LEVEL',
    { help: 'trace, debug, info, warn, error or silent', default: 'info' },
    logLevel,
  ),
  jsonLimit: JSON_LIMIT,
  /** Largest upload, in bytes: a file, or all files of a form together. It streams to the disk. */
  bodyLimit: wholeNumber('BATON_BODY_LIMIT', {
    help: 'largest upload in bytes: a file of a bucket, or all packages of one call together',
    default: 512 * 2 ** 20,
    min: 1024,
    max: 4 * 2 ** 30,
  }),
  pageRows: PAGE_ROWS,
  /** Seconds that calls under way get at a stop before their connections are cut. */
  stopSeconds: wholeNumber('BATON_STOP_SECONDS', {
    help: 'time that calls under way have at a stop before they are cut; containers are killed 10 s after the signal',
    default: 8,
    min: 0,
    max: 3600,
  }),
  /** Seconds without a new byte after which an incomplete request is given up. */
  idleBodySeconds: wholeNumber('BATON_IDLE_BODY_SECONDS', {
    help: 'time that a body may stand still on its way before the connection is closed; moving, it may take any time',
    default: 60,
    min: 1,
    max: 3600,
  }),
  accessTokenSeconds: wholeNumber('BATON_ACCESS_TOKEN_SECONDS', {
    help: 'lifetime of access tokens',
    default: 3600,
    min: 60,
    max: 86_400,
  }),
  /**
   * `smtps://user:password@host:465`. Without it, mail is written to files in `outbox` of the data folder.
   */
  smtpUrl: text(
    'BATON_SMTP_URL',
    { help: 'smtps://user:password@host:465; without it mail is written to <data>/outbox' },
    smtpUrl,
  ),
  /** Empty: `/metrics` does not exist. */
  metricsToken: METRICS_TOKEN,
  testClock: TEST_CLOCK,
  mailFrom: text(
    'BATON_MAIL_FROM',
    { help: 'sender of mail', default: 'Baton <baton@localhost>' },
    mailAddress,
  ),
} as const;

type ValuesOf<S> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** All settings, read once from the environment. No other file reads the environment. */
export interface Config extends ValuesOf<typeof SERVER> {
  /** Values by variable, including those of areas; see `Services.setting`. */
  readonly settings: SettingValues;
  /** Whether other processes listen on the port as well. Set only for such processes. */
  readonly sharesPort: boolean;
  /** Tests: each call is appended to this file. */
  readonly trafficFile: string | undefined;
}

/** What `baton server --help` lists. */
export const settingsOf = (areas: readonly Area[] = AREAS): readonly Setting<unknown>[] => [
  ...Object.values(SERVER),
  ...areas.flatMap((area) => Object.values(area.settings ?? {})),
];

/** @throws an error that names the variable whose value is not usable */
export function readConfig(
  env: Readonly<Record<string, string | undefined>>,
  areas: readonly Area[] = AREAS,
): Config {
  const settings = readSettings(settingsOf(areas), env);
  const entries = Object.entries(SERVER).map(([member, setting]) => [member, valueOf(settings, setting)]);
  const ofServer = Object.fromEntries(entries) as ValuesOf<typeof SERVER>;
  refuseTestClock(ofServer);
  return Object.freeze({
    ...ofServer,
    settings,
    sharesPort: false,
    trafficFile: env.BATON_TRAFFIC || undefined,
  });
}

/** Anyone who may change settings can turn the time, so others must not reach a server with a test clock. */
function refuseTestClock({
  testClock,
  publicUrl,
  host,
}: Pick<Config, 'testClock' | 'publicUrl' | 'host'>): void {
  if (!testClock) return;
  if (publicUrl !== undefined)
    throw new Error('BATON_TEST_CLOCK: is for tests, and never goes with BATON_PUBLIC_URL.');
  if (!/^(localhost|127(\.\d+){3}|::1)$/i.test(host))
    throw new Error(`BATON_TEST_CLOCK: is for tests on this machine, and BATON_HOST is '${host}'.`);
}

/**
 * Refuses a path: below it, pages, links, the issuer of tokens and addresses that clients build themselves
 * would not be found.
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

/** Answers the setting unchanged, because a configuration is passed between processes as JSON. */
function proxies(setting: string): string {
  try {
    readTrustedProxies(setting);
  } catch (error) {
    throw new Error(`BATON_TRUSTED_PROXIES: ${(error as Error).message}`, { cause: error });
  }
  return setting;
}

function logLevel(setting: string): string {
  if (/^(trace|debug|info|warn|error|fatal|silent)$/.test(setting)) return setting;
  throw new Error(`BATON_LOG_LEVEL: '${setting}' is none of trace, debug, info, warn, error and silent.`);
}

/** The error does not repeat the setting, because a password may be in it. */
function smtpUrl(setting: string): string | undefined {
  if (setting === '') return undefined;
  const url = URL.parse(setting);
  if (url && /^smtps?:$/.test(url.protocol) && url.hostname !== '') return setting;
  throw new Error('BATON_SMTP_URL: is not like smtps://user:password@host:465.');
}

function mailAddress(setting: string): string {
  if (/^[^<>\s@]+@[^<>\s@]+$|^[^<>]*<[^<>\s@]+@[^<>\s@]+>$/.test(setting)) return setting;
  throw new Error(`BATON_MAIL_FROM: '${setting}' is not like Baton <baton@example.com>.`);
}

/** The error does not repeat the setting, because a password may be in it. */
function databaseUrl(setting: string): string | undefined {
  if (setting === '') return undefined;
  if (/^(postgres|postgresql|socket):\/\/|^\//.test(setting)) return setting;
  throw new Error('DATABASE_URL: is not like postgres://user@host:5432/database.');
}

/** An address or a name. Anything else in it would become another part of the server's own URL. */
function listenable(setting: string): string {
  if (isIPv6(setting) || (/^[\w.-]+$/.test(setting) && URL.canParse(`http://${setting}`))) return setting;
  throw new Error(`BATON_HOST: '${setting}' is no address to listen on, such as 0.0.0.0.`);
}
