import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, openLine, requestBytes, type Target } from '../bench/http-load.ts';
import { ADD, START } from '../bench/rivals/baton.ts';
import type { Logs } from './queue-chaos-checker.fixture.ts';

export interface Crowd {
  readonly target: Target;
  readonly headers: Readonly<Record<string, string>>;
  readonly queue: string;
  readonly logs: Logs;
  readonly robots: number;
  readonly items: number;
  /** How long a robot may hold an item, in milliseconds. */
  readonly lease: number;
}

export interface Working {
  /** Every item was acknowledged. */
  readonly added: Promise<unknown>;
  /** Results that count, as far as clients know. */
  ended(): number;
  /** Once nothing is left to start: the robots send what they still hold, and go. */
  finish(): Promise<void>;
}

const ADDERS = 10;
/** A call without an answer for so long is a server that hangs. */
const PATIENCE_MS = 60_000;
/** Of so many items a robot forgets one, and is back with the result when it is no longer its own. */
const FORGETS_ONE_OF = 40;
const LATE_TRIES = 4;

/** Adders that repeat until they are heard, and robots that start, end, end again, forget and come late. */
export function startCrowd(crowd: Crowd): Working {
  const { logs, items, robots, queue, lease } = crowd;
  const now = (): number => performance.now();
  let isOver = false;
  let ended = 0;
  let next = 0;

  /** `post` answers undefined where no answer came, or one that says nothing of what happened. */
  const caller = async () => {
    let line = await openLine(crowd.target);
    return {
      async post(path: string, body: unknown): Promise<Answer | undefined> {
        const timer = setTimeout(() => {
          logs.unexpected.push(`no answer in ${PATIENCE_MS} ms: ${path}`);
          line.close();
        }, PATIENCE_MS);
        try {
          const answer = await line.call(requestBytes({ path, headers: crowd.headers, body }));
          if (answer.status < 500) return answer;
          await delay(50); // the database is away
        } catch {
          line.close();
          await delay(200); // nobody is there for a while
          line = await openLine(crowd.target).catch(() => line);
        } finally {
          clearTimeout(timer);
        }
        return undefined;
      },
      close: () => line.close(),
    };
  };

  const adder = async (): Promise<void> => {
    const { post, close } = await caller();
    // Not far ahead of the robots, so that adds are under way until the last kill.
    const most = robots * 10;
    while (next < items) {
      if (next - ended > most) {
        await delay(20);
        continue;
      }
      const reference = `R-${next++}`;
      const body = { itemData: { Name: queue, Reference: reference, SpecificContent: { reference } } };
      let answer = await post(ADD, body);
      let isRepeated = false;
      for (; !answer; answer = await post(ADD, body)) {
        logs.addsUnheard++;
        isRepeated = true;
      }
      if (answer.status === 201 || (answer.status === 409 && isRepeated)) logs.added.push(reference);
      else logs.unexpected.push(`add: ${answer.status} ${answer.body}`);
    }
    close();
  };

  const robot = async (number: number): Promise<void> => {
    const { post, close } = await caller();
    const forgotten: { readonly id: number; readonly output: string; at: number; tries: number }[] = [];
    /** Sends a result until it is answered. */
    const end = async (id: number, output: string): Promise<boolean> => {
      const body = { transactionResult: { IsSuccessful: true, Output: { by: output } } };
      for (let isRepeated = false; ; isRepeated = true) {
        const sentAt = now();
        const answer = await post(`/odata/Queues(${id})/UiPathODataSvc.SetTransactionResult`, body);
        if (!answer) continue;
        const isAccepted = answer.status === 200;
        if (isAccepted || answer.status === 409)
          logs.results.push({ id, output, sentAt, answeredAt: now(), isAccepted, isRepeated });
        else logs.unexpected.push(`result: ${answer.status} ${answer.body}`);
        if (isAccepted || isRepeated) ended++;
        return isAccepted;
      }
    };
    const comeLate = async (isLast: boolean): Promise<void> => {
      const one = forgotten[0];
      if (!one || !(isLast || one.at < now())) return;
      one.tries--;
      one.at = now() + lease / 6;
      // Each with a result of its own: whichever counts is known by it.
      const isAccepted = await end(one.id, `${one.output} late ${one.tries}`);
      if (isAccepted || one.tries === 0 || isLast) forgotten.shift();
    };
    for (let turn = 0; !isOver; turn++) {
      await comeLate(false);
      const begun = await post(START, { transactionData: { Name: queue } });
      if (!begun) logs.startsUnheard++;
      if (begun?.status !== 200) {
        if (begun && begun.status !== 204) logs.unexpected.push(`start: ${begun.status} ${begun.body}`);
        await delay(50);
        continue;
      }
      const { Id: id, Reference: reference, RetryNumber: retry } = JSON.parse(begun.body);
      logs.started.push({ id, reference, at: now() });
      const output = `${number}-${turn}`;
      if (retry === 0 && (turn + number) % FORGETS_ONE_OF === 0) {
        forgotten.push({ id, output, at: now() + lease * 1.2, tries: LATE_TRIES });
        continue;
      }
      // Whoever had the item before comes late meanwhile.
      if (retry > 0) await delay(lease / 3);
      await end(id, output);
      if (turn % 4 === 0) await end(id, `${output} again`);
    }
    while (forgotten.length > 0) await comeLate(true);
    close();
  };

  const added = Promise.all(Array.from({ length: ADDERS }, adder));
  const working = Promise.all(Array.from({ length: robots }, (_, n) => robot(n)));
  working.catch(() => {});
  return {
    added,
    ended: () => ended,
    async finish() {
      isOver = true;
      await working;
    },
  };
}
