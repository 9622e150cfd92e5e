import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { pino } from 'pino';
import { startEmbedded } from '../apps/server/src/kernel/db/embedded.ts';
import { type Child, startChild } from '../bench/child.ts';
import { type Answer, openLine, requestBytes } from '../bench/http-load.ts';
import { ADD, START } from '../bench/rivals/baton.ts';
import type { BatonReady } from '../bench/serve-baton.ts';

// Many robots on one queue while server and database are killed with -9. Every robot keeps a log of what it was told; in the end the
// logs are held against the database. More of everything: BATON_KILLS=100 BATON_ROBOTS=200 BATON_ITEMS=100000.

const KILLS = Number(process.env.BATON_KILLS ?? 6);
const ROBOTS = Number(process.env.BATON_ROBOTS ?? 60);
const ADDERS = 10;
const ITEMS = Number(process.env.BATON_ITEMS ?? 3000);
const QUEUE = 'Chaos';

/** What clients were told, and what they never heard about. */
interface Logs {
  readonly added: string[];
  readonly maybeAdded: string[];
  /** Item, and the output that its robot means to give it. */
  readonly started: { readonly id: string; readonly output: string }[];
  unheardStarts: number;
  readonly ended: { readonly id: string; readonly output: string }[];
  /** Results after an answer that never came: they were refused since the first one had counted. */
  readonly endedBefore: { readonly id: string; readonly output: string }[];
  readonly unexpected: string[];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

test('two robots never hold one item, nothing acknowledged is lost, whatever is killed', {
  timeout: 600_000,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'baton-queue-chaos-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const database = await startEmbedded({
    dataFolder: join(folder, 'database'),
    log: pino({ level: 'silent' }),
  });
  t.after(() => database.stop());
  const port = await freePort();
  const environment = {
    BATON_DATA: join(folder, 'data'),
    BATON_PORT: String(port),
    BATON_PASSWORD_SIGN_IN: 'true',
    BATON_ACCESS_TOKEN_SECONDS: '86400',
    BATON_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    BATON_LOG_LEVEL: 'silent',
    DATABASE_URL: database.url,
  };
  const launch = (): Promise<Child<BatonReady>> => startChild<BatonReady>('./serve-baton.ts', environment);
  let server = await launch();
  t.after(() => server.stop());
  const { url, userName, password, folderId } = server.ready;
  const signedIn = await fetch(`${url}/api/Account/Authenticate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ usernameOrEmailAddress: userName, password }),
  });
  const { result: token } = (await signedIn.json()) as { result: string };
  const headers = { authorization: `Bearer ${token}`, 'x-uipath-organizationunitid': String(folderId) };
  const target = { host: '127.0.0.1', port };
  const first = await openLine(target);
  const made = await first.call(
    requestBytes({
      path: '/odata/QueueDefinitions',
      headers,
      body: { Name: QUEUE, EnforceUniqueReference: true },
    }),
  );
  assert.equal(made.status, 201, made.body);
  first.close();

  const logs: Logs = {
    added: [],
    maybeAdded: [],
    started: [],
    unheardStarts: 0,
    ended: [],
    endedBefore: [],
    unexpected: [],
  };
  let isOver = false;
  /** Undefined where no answer came, or one that says nothing of what happened. */
  const caller = async () => {
    let line = await openLine(target);
    return {
      async post(path: string, body: unknown): Promise<Answer | undefined> {
        try {
          const answer = await line.call(requestBytes({ path, headers, body }));
          return answer.status >= 500 ? undefined : answer;
        } catch {
          line.close();
          await delay(200); // nobody is there for a while
          line = await openLine(target).catch(() => line);
          return undefined;
        }
      },
      close: () => line.close(),
    };
  };

  let next = 0;
  const adder = async (): Promise<void> => {
    const { post, close } = await caller();
    while (next < ITEMS) {
      const reference = `R-${next++}`;
      const answer = await post(ADD, {
        itemData: { Name: QUEUE, Reference: reference, SpecificContent: { reference } },
      });
      if (answer?.status === 201) logs.added.push(reference);
      else if (!answer) logs.maybeAdded.push(reference);
      else logs.unexpected.push(`add: ${answer.status} ${answer.body}`);
      await delay(5);
    }
    close();
  };
  const robot = async (number: number): Promise<void> => {
    const { post, close } = await caller();
    for (let turn = 0; !isOver; turn++) {
      const begun = await post(START, { transactionData: { Name: QUEUE } });
      if (!begun) logs.unheardStarts++;
      if (begun?.status !== 200) {
        if (begun && begun.status !== 204) logs.unexpected.push(`start: ${begun.status} ${begun.body}`);
        await delay(50);
        continue;
      }
      const id = /"Id":(\d+)\}$/.exec(begun.body)![1]!;
      const output = `${number}-${turn}`;
      logs.started.push({ id, output });
      const end = (by: string) =>
        post(`/odata/Queues(${id})/UiPathODataSvc.SetTransactionResult`, {
          transactionResult: { IsSuccessful: true, Output: { by } },
        });
      let answer = await end(output);
      const isSure = answer !== undefined;
      while (!answer) answer = await end(output);
      if (answer.status === 200) logs.ended.push({ id, output });
      else if (answer.status === 409 && !isSure) logs.endedBefore.push({ id, output });
      else logs.unexpected.push(`result: ${answer.status} ${answer.body}`);
      const late = await end('late');
      if (late && late.status !== 409) logs.unexpected.push(`late result: ${late.status} ${late.body}`);
    }
    close();
  };

  const adding = Promise.all(Array.from({ length: ADDERS }, adder));
  const working = Promise.all(Array.from({ length: ROBOTS }, (_, n) => robot(n)));
  for (let kill = 0; kill < KILLS; kill++) {
    await delay(500 + Math.random() * 1000);
    if (kill % 2 === 0) {
      process.kill(server.pid, 'SIGKILL');
      server = await launch();
    } else {
      const { pid } = database;
      process.kill(pid, 'SIGKILL');
      while (database.pid === pid) await delay(20);
    }
  }
  await adding;
  const db = new pg.Client({ connectionString: database.url });
  db.on('error', () => {});
  await db.connect();
  t.after(() => db.end());
  const left = async (): Promise<number> =>
    (await db.query<{ count: string }>('select count(*) from queue_items where status = 0')).rows.map(
      ({ count }) => Number(count),
    )[0]!;
  while ((await left()) > 0) await delay(100);
  isOver = true;
  await working;

  const { rows } = await db.query<{
    id: string;
    reference: string;
    status: number;
    output: { by: string } | null;
  }>('select id::text, reference, status, output from queue_items');
  const byReference = Map.groupBy(rows, ({ reference }) => reference);
  const byId = new Map(rows.map((row) => [row.id, row]));
  assert.deepEqual(logs.unexpected, []);
  for (const reference of logs.added)
    assert.equal(byReference.get(reference)?.length, 1, `${reference} was acknowledged`);
  for (const [reference, found] of byReference) {
    assert.equal(found.length, 1);
    assert.ok(logs.added.length + logs.maybeAdded.length >= byReference.size, reference);
  }
  assert.equal(
    new Set(logs.started.map(({ id }) => id)).size,
    logs.started.length,
    'nobody got an item that another one had',
  );
  const ends = [...logs.ended, ...logs.endedBefore];
  assert.equal(ends.length, logs.started.length);
  for (const { id, output } of ends) {
    assert.equal(byId.get(id)?.status, 3);
    assert.equal(byId.get(id)?.output?.by, output, 'the first result stays');
  }
  const lost = rows.filter(({ status }) => status === 1).length;
  assert.ok(
    lost <= logs.unheardStarts,
    `${lost} items have a holder who never heard of it, ${logs.unheardStarts} may`,
  );
  assert.equal(ends.length + lost, rows.length);
  t.diagnostic(
    `${KILLS} kills; ${logs.added.length} adds acknowledged, ${logs.maybeAdded.length} not; ${ends.length} results, of which ` +
      `${logs.endedBefore.length} were known only by asking again; ${lost} leases lost with their answers`,
  );
});
