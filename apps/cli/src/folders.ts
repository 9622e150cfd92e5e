import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Invocation } from './command.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const REPOSITORY = resolve(PACKAGE, '../..');

/** Whether this runs in the repository rather than in an installed package. */
export const isRepository = (): boolean => existsSync(join(REPOSITORY, 'scripts', 'run.mjs'));

/** Where `baton start` keeps its data. It is the same folder wherever in the repository it is called. */
export const dataFolder = ({ env, cwd }: Pick<Invocation, 'env' | 'cwd'>): string =>
  env['BATON_DATA'] ? resolve(cwd, env['BATON_DATA']) : join(isRepository() ? REPOSITORY : cwd, 'data');

/** The sample's two projects, `dispatcher` and `performer`. */
export const sampleFolder = (): string => join(isRepository() ? REPOSITORY : PACKAGE, 'samples', 'invoices');

/**
 * Where compiled code is kept. It lies with the other caches of npm's packages, so that it
 * is removed with them.
 */
export const compileCache = (): string =>
  join(isRepository() ? join(REPOSITORY, 'node_modules') : resolve(PACKAGE, '..'), '.cache', 'baton');
