import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';

/** Of so many files the time is printed. */
const SHOWN = 20;

/**
 * A reporter of `node --test` that names the test files that took longest, in seconds: where to look when the
 * whole run becomes too long.
 */
export default async function* slowestFiles(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files: { readonly file: string; readonly seconds: number }[] = [];
  for await (const { type, data } of events) {
    if (type !== 'test:summary' || data.file === undefined) continue;
    files.push({ file: relative('', data.file), seconds: data.duration_ms / 1000 });
  }
  const seconds = files.reduce((sum, each) => sum + each.seconds, 0);
  yield `${files.length} files, ${seconds.toFixed(0)} s one after the other. The slowest:\n`;
  files.sort((a, b) => b.seconds - a.seconds);
  for (const each of files.slice(0, SHOWN)) yield `${each.seconds.toFixed(1).padStart(7)} s  ${each.file}\n`;
}
