import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../apps/server/src/kernel/db/sql.ts';
import type { Services } from '../apps/server/src/kernel/http/context.ts';
import { startSecondServer } from '../apps/server/src/second-server.fixture.ts';
import { type Answer, type Caller, callerWith, testServer } from '../apps/server/src/server.fixture.ts';

// Calls that race each other on two servers with one database, and what must hold afterwards.
//
// To add a pair, add a row to a table (races-queues.fixture.ts is one) or a table of your
// own to races-all.fixture.ts:
//
//   race({
//     name: 'a folder is deleted while a queue is made in it',
//     async prepare({ nodes: [a] }) {…}          // things of this round alone: rounds run side by side; answers what calls need
//     calls: ({ folder }, [a, b]) => [           // begun together, each at a random moment of the first milliseconds
//       () => a.delete(`/odata/Folders(${folder.Id})`),
//       () => b.in(folder.Id).post('/odata/QueueDefinitions', { Name: 'Q' }),
//     ],
//     async check({ folder }, answers, world) {…}  // what is wrong, in words; read it back by the API and by SQL
//   })
//
// `answers` are in the order of the calls. An answer of 500 or above, a call that throws and one without an
// answer are wrong in every race; a row needs no words for them. `npm test -- races` plays a few rounds of
// each, `npm run races -- --rounds 500 [--only WORD]` as many as wanted.

export interface World {
  /** The administrator in the folder Shared, on each of the two servers. */
  readonly nodes: Nodes;
  readonly admin: { readonly userId: number };
  readonly folder: { readonly id: number };
  readonly db: Database;
  /** Of the first server, for work that it does by itself. */
  readonly services: Services;
}

export type Nodes = readonly [Caller, Caller];

interface Written<Things> {
  readonly name: string;
  /**
   * Times the rounds of the others: less than one where a round is slow, more where what is looked for
   * is rare.
   */
  readonly often?: number;
  prepare(world: World): Promise<Things>;
  calls(things: Things, nodes: Nodes, world: World): readonly (() => Promise<unknown>)[];
  check(things: Things, answers: readonly Answer[], world: World): Promise<readonly string[]>;
}

export interface Race {
  readonly name: string;
  readonly often: number;
  /** One round; answers what was wrong. */
  play(world: World): Promise<readonly string[]>;
}

/** Rounds of one race side by side. */
const AT_ONCE = 4;
/**
 * The moments at which the calls of a round begin lie within at most so many milliseconds; in some
 * rounds all are one moment.
 */
const SPREAD_MS = 6;
/** A call without an answer for so long hangs, however busy the machine is. */
const PATIENCE_MS = 120_000;

export const race = <Things>({ name, often = 1, prepare, calls, check }: Written<Things>): Race => ({
  name,
  often,
  async play(world) {
    const things = await prepare(world);
    // Whichever server has the lower ids, the older process or the warmer caches is each of the two by turns.
    const nodes: Nodes = Math.random() < 0.5 ? world.nodes : [world.nodes[1], world.nodes[0]];
    const spread = Math.max(0, Math.random() * 2 - 1) * SPREAD_MS;
    const outcomes = await Promise.all(calls(things, nodes, world).map((call) => outcomeOf(call, spread)));
    const failures = outcomes.filter((outcome): outcome is string => typeof outcome === 'string');
    if (failures.length > 0) return failures;
    return check(things, outcomes as Answer[], world);
  },
});

/** What a call that answers nothing is said to have answered: work of a server's own. */
const DONE: Answer = { status: 200, body: undefined, text: '', headers: new Headers() };

async function outcomeOf(call: () => Promise<unknown>, spread: number): Promise<Answer | string> {
  if (spread > 0) await delay(Math.random() * spread);
  const giveUp = new AbortController();
  try {
    const answer = await Promise.race([call(), delay(PATIENCE_MS, 'hangs', { signal: giveUp.signal })]);
    if (answer === 'hangs') return `no answer in ${PATIENCE_MS} ms: ${call}`;
    if (!isAnswer(answer)) return DONE;
    return answer.status >= 500 ? `${answer.status} ${answer.text}: ${call}` : answer;
  } catch (error) {
    return `${error}: ${call}`;
  } finally {
    giveUp.abort();
  }
}

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && 'status' in value && 'text' in value;

/** Plays rounds of a race; answers what was wrong in them, each in words. */
export async function playRounds(one: Race, world: World, rounds: number): Promise<readonly string[]> {
  const wrong: string[] = [];
  let left = Math.max(1, Math.round(rounds * one.often));
  const lane = async (): Promise<void> => {
    while (left-- > 0) wrong.push(...(await one.play(world)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return wrong;
}

interface Ends {
  after(work: () => Promise<void>): void;
}

/** Two servers in two processes, which share a database, a folder for files and a key. */
export async function startWorld(t: Ends): Promise<World> {
  const data = await mkdtemp(join(tmpdir(), 'baton-races-'));
  t.after(() => rm(data, { recursive: true, force: true, maxRetries: 5 }));
  const shared = { BATON_DATA: data, BATON_ENCRYPTION_KEY: randomBytes(32).toString('base64') };
  const server = await testServer(t, shared);
  const second = await startSecondServer(t, {
    ...shared,
    DATABASE_URL: server.databaseUrl,
    BATON_HOST: '127.0.0.1',
    BATON_PORT: '0',
  });
  assert.notEqual(second.pid, process.pid);
  const { folder, db } = server;
  return {
    nodes: [server.admin.in(folder.id), callerWith(second.url, server.admin.token).in(folder.id)],
    admin: { userId: server.admin.userId! },
    folder,
    db,
    services: server.parts.services,
  };
}
