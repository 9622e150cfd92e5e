import { createHash } from 'node:crypto';
import { BoundedMap } from '../bounded-map.ts';
import type { Statement } from './sql.ts';

/** Times that a text is seen before it gets a name. */
const OFTEN = 5;
/** Names at most: each costs every connection the memory of a plan. */
const MOST_NAMES = 32;
const seen = new BoundedMap<string, number>(1000);
const names = new Map<string, string>();

/**
 * The statement with a name where its text comes again and again: it is parsed once for each connection then,
 * and where a plan for any values is as good, planned once. Of a list of jobs that was three quarters of the
 * database's work. For statements whose plan does not hang on their values.
 */
export function prepared({ text, values }: Statement): Statement {
  const name = names.get(text) ?? nameFor(text);
  return name === undefined ? { text, values } : { name, text, values };
}

function nameFor(text: string): string | undefined {
  if (names.size >= MOST_NAMES) return undefined;
  const times = (seen.get(text) ?? 0) + 1;
  seen.set(text, times);
  if (times < OFTEN) return undefined;
  seen.delete(text);
  const name = `list-${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
  names.set(text, name);
  return name;
}
