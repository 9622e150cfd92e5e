import { BoundedMap } from './bounded-map.ts';
import type { LiveEvents, Topic } from './events/live.ts';

/**
 * Everything that a process remembers and others may change, with the milliseconds after which it asks again
 * by itself. Notices report a change at once. They can be lost, on the way or with the node that should have
 * sent them, and then the old answer lasts this long. What follows from its key alone (a compiled schema, a
 * checked signature) is not in this list, because it never becomes wrong.
 */
export const LONGEST_MS = {
  tenants: 5000,
  folders: 5000,
  rights: 5000,
  queues: 5000,
  robots: 5000,
  'bearers of tokens': 1000,
  'what clients hold': 1000,
  'live jobs': 1000,
  'personal access tokens': 1000,
  'revoked tokens': 1000,
  'signing keys': 1000,
  /** Addresses and keys that an outside provider publishes. Its settings here count at once. */
  'outside providers': 600_000,
} as const;

export interface Remembering<In, Out> {
  readonly what: keyof typeof LONGEST_MS;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly keyOf: (input: In) => string;
  readonly ask: (input: In) => Promise<Out>;
  /** Which answers are kept. Default: all. What is not there yet may be there in a moment. */
  readonly keeps?: (answer: Out) => boolean;
  /** After a notice on one of these topics, everything is asked anew. */
  readonly forgetOn?: { readonly live: LiveEvents; readonly topics: readonly Topic[] };
  /** The most answers kept. Default: 10,000. */
  readonly most?: number;
}

/**
 * Asks once for each key, and gives the same answer until it is too old or a notice comes. What failed
 * is asked again.
 */
export function remember<In, Out>(options: Remembering<In, Out>): (input: In) => Promise<Out> {
  const { what, clock, keyOf, ask, keeps = () => true, forgetOn, most = 10_000 } = options;
  const answers = new BoundedMap<string, { readonly answer: Promise<Out>; readonly until: number }>(most);
  for (const topic of forgetOn?.topics ?? []) forgetOn!.live.on(topic, () => answers.clear());
  return (input) => {
    const key = keyOf(input);
    const now = clock();
    const known = answers.get(key);
    if (known && now < known.until) return known.answer;
    const entry = { answer: ask(input), until: now + LONGEST_MS[what] };
    const forget = (): void => {
      // Not the answer that has come after it.
      if (answers.get(key) === entry) answers.delete(key);
    };
    entry.answer.then((answer) => keeps(answer) || forget(), forget);
    answers.set(key, entry);
    return entry.answer;
  };
}
