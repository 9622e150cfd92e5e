import { parseSchema } from './compile-schema.ts';
import { objectsIn } from './endless-schema.ts';

/** Characters. Compiling one takes some milliseconds; 70,000 take a second or more. */
const LONGEST_PLAIN = 4_000;
/**
 * Of a schema. Patterns are written out when they are compiled: 1,200,000 states, which fit into
 * 4,000 characters, take 430 ms.
 */
const MOST_STATES = 100_000;
/**
 * Steps that the server's own process does, all other calls waiting: 10 ms of a processor for the
 * worst that was found.
 */
const MOST_STEPS = 2_000_000;
/** What is checked along a reference, or each with each, can be far more than there is. */
const COSTLY = ['$ref', '$dynamicRef', '$recursiveRef', 'uniqueItems'];

/**
 * How many steps a check takes at most for each character of a value: each keyword meets each
 * value once, each state of a pattern each character once. Undefined where that is not so, or where
 * compiling alone takes long.
 */
export function costOf(text: string): number | undefined {
  if (text.length > LONGEST_PLAIN) return undefined;
  let cost = text.length;
  for (const { node, isMap } of objectsIn(parseSchema(text))) {
    if (isMap) {
      for (const name of Object.keys(node)) cost += statesOf(name);
      continue;
    }
    if (COSTLY.some((name) => name in node)) return undefined;
    if (typeof node.pattern === 'string') cost += statesOf(node.pattern);
  }
  return cost > MOST_STATES ? undefined : cost;
}

/** Whether the texts are checked at once; `cost` is the schema's. */
export const isShort = (cost: number, texts: readonly string[]): boolean =>
  cost * texts.reduce((sum, text) => sum + text.length, 0) <= MOST_STEPS;

/** Repeats are written out by the engine: `(a{30}){30}` has 900 states. */
const statesOf = (pattern: string): number =>
  [...pattern.matchAll(/\{(\d*),?(\d*)\}/g)].reduce(
    (states, [, least, most]) => states * Math.max(1, Number(least), Number(most)),
    pattern.length,
  );
