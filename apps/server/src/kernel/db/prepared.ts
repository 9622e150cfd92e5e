import { createHash } from 'node:crypto';
import { BoundedMap } from '../bounded-map.ts';
import type { Statement } from './sql.ts';

/** How often a text has to come before it gets a name. */
const OFTEN = 5;
/** The most names. Each costs every connection the memory of a plan. */
const MOST_NAMES = 32;
const seen = new BoundedMap<string, number>(1000);
const names = new Map<string, string>();

/**
 * Names a statement whose text comes again and again. It is then parsed once for each connection, and planned
 * once if a plan for any values is as good. That was three quarters of the database's work for a list of
 * jobs. Only for statements whose plan does not depend on their values.
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
