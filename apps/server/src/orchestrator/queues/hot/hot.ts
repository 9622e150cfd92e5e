import { batcher } from '../../../kernel/db/batcher.ts';
import type { Database } from '../../../kernel/db/sql.ts';
import type { Context, Services } from '../../../kernel/http/context.ts';
import { part } from '../../../kernel/http/part.ts';
import type { QueueRow } from '../rows.ts';
import { queueSettings } from '../settings.ts';
import { type AddInput, addItems } from './add-batch.ts';
import { type FindRow, rememberRows } from './definitions.ts';
import { type Ended, type EndInput, endItems } from './end-batch.ts';
import { itemReader, type StoredItem } from './item-row.ts';
import { noteProgress, type ProgressInput } from './progress-batch.ts';
import { floorRaiser } from './raise-floors.ts';
import { type StartInput, startItems, type Walked } from './start-batch.ts';
import { millisecondsLeft, type Patience, patienceOf, waitForItem } from './wait-for-item.ts';

/** What the calls of one server share. While one batch of a kind runs, the next one gathers. */
export interface Hot {
  add(input: AddInput): Promise<StoredItem>;
  start(input: StartInput): Promise<StoredItem | undefined>;
  end(input: EndInput): Promise<Ended>;
  note(input: ProgressInput): Promise<Ended>;
  readonly queues: FindRow<QueueRow>;
  readonly robots: FindRow<{ readonly id: number }>;
  readonly readItem: ReturnType<typeof itemReader>;
}

/** A larger batch would make its last callers wait too long. */
const MOST = 128;
/**
 * Measured as a share of bare Fastify's rate in the same run, start at 64 callers: one in flight 0.13 to 0.2,
 * two 0.17 to 0.25, four 0.15 to 0.17.
 */
const IN_FLIGHT = 2;
/**
 * A call with more characters than this runs alone. Otherwise all others would wait until its
 * content is through.
 */
const LARGE = 32_768;

const hot = part(createHot);

/**
 * Undefined if the call has a transaction of its own (Idempotency-Key): the work of other calls must not
 * depend on how that transaction ends.
 */
export const hotOf = ({ shared, part }: Context): Hot | undefined => shared && part(hot);

function createHot({ live, now, log, setting }: Services, db: Database): Hot {
  const raise = floorRaiser(db, (err) => log.warn({ err }, 'a floor of a queue was not raised'));
  return {
    add: gather(
      (inputs: readonly AddInput[]) => addItems(db.hot, inputs),
      ({ content, progress }) => (content?.length ?? 0) + (progress?.length ?? 0),
    ),
    start: startOrWait(db, raise, setting(queueSettings.lockSeconds)),
    end: gather(
      (inputs: readonly EndInput[]) => endItems(db.hot, inputs),
      ({ output, analytics, exception }) =>
        (output?.length ?? 0) + (analytics?.length ?? 0) + (exception?.length ?? 0),
    ),
    note: gather(
      (inputs: readonly ProgressInput[]) => noteProgress(db.hot, inputs),
      ({ progress }) => progress?.length ?? 0,
    ),
    queues: rememberRows('queues', live, now, ['queues', 'folders']),
    robots: rememberRows('robots', live, now, ['robots']),
    readItem: itemReader(),
  };
}

/**
 * A caller who finds all ready items locked waits and asks again, outside of the batch. All callers who wait
 * for the same item share one connection.
 */
function startOrWait(
  db: Database,
  raise: (walked: readonly Walked[]) => void,
  lockSeconds: number,
): (input: StartInput) => Promise<StoredItem | undefined> {
  const waits = new Map<number, Promise<void>>();
  const waitFor = async (id: number, patience: Patience): Promise<void> => {
    millisecondsLeft(patience); // of this caller: the wait that it joins belongs to another
    let wait = waits.get(id);
    if (!wait) {
      wait = db.transaction((tx) => waitForItem(tx, id, patience)).finally(() => waits.delete(id));
      waits.set(id, wait);
    }
    return wait;
  };
  const start = gather(async (inputs: readonly StartInput[]) => {
    const { items, locked, walked } = await startItems(db.hot, inputs);
    raise(walked);
    return items.map((item, i) => ({ item, locked: locked[i] }));
  });
  return async (input) => {
    for (let waiting: Patience | undefined; ; ) {
      const { item, locked } = await start(input);
      if (locked === undefined) return item;
      await waitFor(locked, (waiting ??= patienceOf(lockSeconds)));
    }
  };
}

function gather<In, Out>(
  run: (inputs: readonly In[]) => Promise<readonly (Out | Error)[]>,
  sizeOf: (input: In) => number = () => 0,
): (input: In) => Promise<Out> {
  const together = batcher({ run, max: MOST, inFlight: IN_FLIGHT });
  return async (input) => {
    if (sizeOf(input) <= LARGE) return together(input);
    const [answer] = await run([input]);
    if (answer instanceof Error) throw answer;
    return answer as Out;
  };
}
