import { DatabaseUnavailable } from './unavailable.ts';

export interface BatcherOptions<In, Out> {
  /**
   * Serves all inputs at once, one answer each in the same order; an Error in its place fails that input alone.
   * What it throws must mean that nothing has happened, as a transaction that rolled back does.
   */
  readonly run: (inputs: readonly In[]) => Promise<readonly (Out | Error)[]>;
  /** Most inputs in one batch. */
  readonly max: number;
  /** Batches under way at a time, default 1. With two, this process reads and answers calls while the database works. */
  readonly inFlight?: number;
}

interface Waiting<In, Out> {
  readonly input: In;
  readonly resolve: (value: Out) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * While one batch is in flight the next gathers, so the busier the server the larger its batches, and an idle one
 * does not wait. On two cores shared with the load: 2.2k/s one by one, 5.8k/s gathered.
 */
export function batcher<In, Out>({
  run,
  max,
  inFlight = 1,
}: BatcherOptions<In, Out>): (input: In) => Promise<Out> {
  let queue: Waiting<In, Out>[] = [];
  let working = 0;

  async function work(): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.slice(0, max);
      queue = queue.slice(max);
      await serve(run, batch);
    }
    working--;
  }

  return (input) =>
    new Promise((resolve, reject) => {
      queue.push({ input, resolve, reject });
      if (working === inFlight) return;
      working++;
      // Not at once: requests read in the same turn of the event loop belong together.
      setImmediate(work);
    });
}

async function serve<In, Out>(
  run: BatcherOptions<In, Out>['run'],
  batch: readonly Waiting<In, Out>[],
): Promise<void> {
  try {
    const answers = await run(batch.map(({ input }) => input));
    if (answers.length !== batch.length) {
      throw new WrongLength(`A batch of ${batch.length} got ${answers.length} answers`);
    }
    for (const [i, { resolve, reject }] of batch.entries()) {
      const answer = answers[i] as Out | Error;
      if (answer instanceof Error) reject(answer);
      else resolve(answer);
    }
  } catch (error) {
    // Neither is one input's fault, and after either the batch may have been committed: never run it again.
    const final = error instanceof DatabaseUnavailable || error instanceof WrongLength;
    if (final || batch.length === 1) {
      for (const { reject } of batch) reject(error);
      return;
    }
    // One poisoned input failed them all: alone, each gets what it deserves.
    for (const each of batch) await serve(run, [each]);
  }
}

class WrongLength extends Error {}
