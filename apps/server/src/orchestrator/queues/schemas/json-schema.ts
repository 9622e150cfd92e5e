import {
  type Limited,
  limitedProcesses,
  NoProcess,
  TooMuchWaiting,
  TooMuchWork,
} from '../../../kernel/background/limited-processes.ts';
import { BoundedMap } from '../../../kernel/bounded-map.ts';
import { unavailable } from '../../../kernel/errors.ts';
import type { Services } from '../../../kernel/http/context.ts';
import { part } from '../../../kernel/http/part.ts';
import { QueueError } from '../queue-error.ts';
import { type Check, compileSchema } from './compile-schema.ts';
import { costOf, isShort } from './schema-cost.ts';
import type { Problem, SchemaAnswer, SchemaWork } from './schema-work.ts';

interface Known {
  readonly cost: number | undefined;
  check?: Check;
}
/** What the checks of a server share. */
interface Checks {
  /** By text. The oldest go when there are many queues. Long ones, which have no cost, are not kept. */
  readonly known: Map<string, Known>;
  readonly elsewhere: Limited<SchemaWork, SchemaAnswer>;
}

const checks = part((): Checks => {
  const file = new URL('./schema-process.ts', import.meta.url);
  const elsewhere = limitedProcesses<SchemaWork, SchemaAnswer>({
    file,
    size: 2,
    mostWaiting: 2000,
    longestWaitMs: 30_000,
  });
  return { known: new BoundedMap(1000), elsewhere };
});

/** A `Context` is one. */
export type Checking = Pick<Services, 'part'>;

/**
 * Says what is wrong with each of the texts, in words that begin with the path. Undefined for those
 * that fit. If schema and texts are small, the check runs at once, otherwise in a process whose time
 * and memory are limited.
 */
export async function problemsOf(by: Checking, work: SchemaWork): Promise<readonly Problem[]> {
  const answer = await answerOf(by.part(checks), work, (cost) => isShort(cost, work.texts));
  // The schema is of a time when it could be used.
  return 'error' in answer ? work.texts.map(() => answer.error) : answer.problems;
}

/** Refuses a text that is no JSON schema, or one that takes too long to compile. */
export async function checkJsonSchema(
  by: Checking,
  text: string | null | undefined,
  member: string,
): Promise<void> {
  if (!text) return;
  const answer = await answerOf(by.part(checks), { schema: text, texts: [] }, () => true);
  if ('error' in answer)
    throw new QueueError(
      400,
      'InvalidQueueSchemaDefinition',
      `${member}: is no JSON schema that can be used: ${answer.error}`,
    );
}

async function answerOf(
  { known, elsewhere }: Checks,
  work: SchemaWork,
  isDoneHere: (cost: number) => boolean,
): Promise<SchemaAnswer> {
  try {
    const entry = knownOf(known, work.schema);
    if (entry.cost === undefined || !isDoneHere(entry.cost)) return await elsewhere.run(work);
    const check = (entry.check ??= compileSchema(work.schema));
    return { problems: work.texts.map((text) => check(JSON.parse(text))) };
  } catch (error) {
    if (error instanceof TooMuchWaiting) throw unavailable('Too many checks against schemas are waiting.');
    if (error instanceof NoProcess) throw unavailable('A check against a schema could not be started.');
    if (error instanceof TooMuchWork)
      return { error: 'it takes too long, or too much memory, and was given up' };
    return { error: (error as Error).message };
  }
}

function knownOf(known: Checks['known'], schema: string): Known {
  let entry = known.get(schema);
  if (!entry) {
    entry = { cost: costOf(schema) };
    if (entry.cost === undefined) return entry;
    known.set(schema, entry);
  }
  return entry;
}
