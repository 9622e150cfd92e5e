import { parseSchema } from './compile-schema.ts';
import { objectsIn } from './endless-schema.ts';

/** In characters. Compiling such a schema takes some milliseconds; one of 70,000 takes a second or more. */
const LONGEST_PLAIN = 4_000;
/**
 * States of all patterns of a schema. Patterns are expanded when they are compiled: 1,200,000 states, which
 * fit into 4,000 characters, take 430 ms.
 */
const MOST_STATES = 100_000;
/**
 * Steps that the server's own process may do while all other calls wait: 10 ms of a processor for the worst
 * case that was found.
 */
const MOST_STEPS = 2_000_000;
/**
 * A check along a reference, or of every element against every other, can take far more steps than
 * there are characters.
 */
const COSTLY = ['$ref', '$dynamicRef', '$recursiveRef', 'uniqueItems'];

/**
 * The most steps that a check takes for each character of a value: each keyword meets each value once, and
 * each state of a pattern meets each character once. Undefined if that does not hold, or if compiling
 * alone takes long.
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

/** Whether the texts are small enough to be checked at once. `cost` is the cost of the schema. */
export const isShort = (cost: number, texts: readonly string[]): boolean =>
  cost * texts.reduce((sum, text) => sum + text.length, 0) <= MOST_STEPS;

/** The engine expands repeats: `(a{30}){30}` has 900 states. */
const statesOf = (pattern: string): number =>
  [...pattern.matchAll(/\{(\d*),?(\d*)\}/g)].reduce(
    (states, [, least, most]) => states * Math.max(1, Number(least), Number(most)),
    pattern.length,
  );
