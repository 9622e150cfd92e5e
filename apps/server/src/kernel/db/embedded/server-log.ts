import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Logger } from 'pino';

const LEVELS: Readonly<Record<string, 'debug' | 'warn' | 'error'>> = {
  WARNING: 'warn',
  FATAL: 'warn',
  PANIC: 'error',
};

/** Codes of a FATAL that is part of starting and stopping: shutting down, crashed, starting up. */
const EXPECTED = /^57P0[123]/;

const KEPT_LINES = 40;

/**
 * Passes PostgreSQL's log (`SQLSTATE LEVEL:  text`) on to ours. Most of it becomes debug: an ERROR is the
 * answer to a query, and whoever sent it has it already. Answers a function that returns the last lines.
 */
export function passLog(stream: Readable, log: Logger): () => string {
  const last: string[] = [];
  createInterface({ input: stream }).on('line', (line) => {
    last.push(line);
    if (last.length > KEPT_LINES) last.shift();
    const [, state = '', level = '', text = line] = /^(\w{5}) ([A-Z]+):\s+(.*)$/.exec(line) ?? [];
    const ours = EXPECTED.test(state) ? 'debug' : (LEVELS[level] ?? 'debug');
    log[ours]({ source: 'postgresql', sqlState: state || undefined }, text);
  });
  return () => last.join('\n');
}
