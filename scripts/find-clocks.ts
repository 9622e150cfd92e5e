import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Code that reads a time other than from the server's one clock (kernel/clock.ts). Timers and
 * `performance.now()` measure durations, so they are not clocks.
 */
const CLOCKS: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b/, 'take `now` of the clock that is handed on (kernel/clock.ts)'],
  [/\bnew Date\(\s*\)|(?<!new )\bDate\(\s*\)/, 'take `new Date(now())` of the clock that is handed on'],
  [
    /\b(current_(timestamp|time|date)|localtime(stamp)?)\b|'now'::|\btimeofday\(/i,
    'take now(), which a test can turn (kernel/db/test-clock.ts)',
  ],
  [/\bpg_catalog\.(now|\w+_timestamp)\(/, 'leave out pg_catalog, so that a test can turn it'],
];

/** Files that may read another clock, and why. */
export const OTHER_CLOCKS: Readonly<Record<string, string>> = {
  'apps/server/src/kernel/clock.ts': 'is where the time of the machine comes in',
  'apps/server/src/kernel/db/test-clock.ts': 'adds to the time of the database',
  'apps/server/src/kernel/test-clock.ts': 'adds to the time of the machine',
  'apps/server/src/identity/provider/provider-clock.ts': 'replaces the clock of oidc-provider',
  'apps/server/src/kernel/files/folder-store.ts': 'compares with times that the file system wrote',
  'apps/server/src/orchestrator/queues/hot/uuid.ts': 'makes ids that lie side by side; nobody reads the time',
};

const PLACES = ['apps/server/src/**/*.ts', 'apps/server/migrations/*.sql', 'packages/odata/src/**/*.ts'];
const IS_TEST = /\.(test|fixture)\.ts$/;

/** One line for each fault: its place, and what to do. */
export async function findClocks(root: string): Promise<string[]> {
  const faults: string[] = [];
  const used = new Set<string>();
  for await (const path of glob(PLACES, { cwd: root })) {
    const file = path.replaceAll('\\', '/');
    if (IS_TEST.test(file)) continue;
    const found = clocksIn(await readFile(join(root, file), 'utf8'));
    if (found.length > 0) used.add(file);
    if (!(file in OTHER_CLOCKS))
      faults.push(...found.map(({ line, cure }) => `${file}:${line} reads a clock of its own: ${cure}`));
  }
  for (const file of Object.keys(OTHER_CLOCKS))
    if (!used.has(file)) faults.push(`${file} reads no other clock: take it off OTHER_CLOCKS`);
  return faults.sort();
}

export function clocksIn(text: string): { readonly line: number; readonly cure: string }[] {
  return text.split('\n').flatMap((line, index) => {
    const code = line.replace(/^\s*(\*|\/\*).*|(^|\s)(\/\/|--)\s.*/, '');
    return CLOCKS.filter(([pattern]) => pattern.test(code)).map(([, cure]) => ({ line: index + 1, cure }));
  });
}
