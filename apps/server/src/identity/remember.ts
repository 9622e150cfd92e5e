export interface Remembering<In, Out> {
  readonly ms: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly keyOf: (input: In) => string;
  readonly ask: (input: In) => Promise<Out>;
  /** Most answers kept, default 10,000. */
  readonly most?: number;
}

/** Asks once for each key and gives the same answer for `ms` milliseconds; what failed is asked again. */
export function remember<In, Out>(options: Remembering<In, Out>): (input: In) => Promise<Out> {
  const { ms, clock, keyOf, ask, most = 10_000 } = options;
  const answers = new Map<string, { readonly answer: Promise<Out>; readonly until: number }>();
  return (input) => {
    const key = keyOf(input);
    const now = clock();
    const known = answers.get(key);
    if (known && now < known.until) return known.answer;
    const answer = ask(input);
    answer.catch(() => answers.delete(key));
    // Answers live for a second or so: dropping them all costs one question each.
    if (answers.size >= most) answers.clear();
    answers.set(key, { answer, until: now + ms });
    return answer;
  };
}
