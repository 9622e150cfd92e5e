import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readJson, writeDurably } from './durable.ts';
import { isRecord } from './wire.ts';

/*
 * Service managers start a robot with next to no environment. What it needs of the environment in which it
 * was installed lies in its data folder, for its owner alone: the address of a proxy may hold a password.
 */

const NAMES =
  /^(PATH|LANG|LC_ALL|TZ|BATON_(PYTHON|UV|NPM|BUILD_SECONDS|ENVIRONMENTS|ENVIRONMENT_BYTES|LABELS|RUN_AS|MIN_FREE_DISK|PACKAGE_CACHE|KEEP_JOBS|KEEP_JOBS_SIZE|JOB_FILES|JOB_FILES_SIZE)|(PIP|UV|NPM_CONFIG)_.+|(HTTP|HTTPS|NO|ALL)_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE)$/i;

type Env = Readonly<Record<string, string | undefined>>;

export const keptNames = (environment: Env): string[] =>
  Object.keys(environment).filter((name) => NAMES.test(name) && environment[name]);

const fileOf = (dataFolder: string): string => join(resolve(dataFolder), 'environment.json');

export function keepEnvironment(dataFolder: string, environment: Env): void {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const kept = Object.fromEntries(keptNames(environment).map((name) => [name, environment[name]]));
  writeDurably(fileOf(dataFolder), JSON.stringify(kept));
}

/**
 * The environment with what was kept. What it says by itself comes first, but for PATH: that of a service
 * lacks the programs of people.
 */
export function withKept(dataFolder: string, environment: Env): Record<string, string | undefined> {
  const found = readJson(fileOf(dataFolder));
  if (!isRecord(found)) return { ...environment };
  const kept = Object.fromEntries(
    Object.entries(found).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
  const path = kept['PATH'] ?? environment['PATH'];
  return { ...kept, ...environment, ...(path !== undefined && { PATH: path }) };
}
