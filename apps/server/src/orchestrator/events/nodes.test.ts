import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { openDatabase } from '../../kernel/db/database.ts';
import { silent } from '../../kernel/db/test-database.ts';
import { follow, followOnce } from '../../kernel/events/follow.ts';
import { startSecondServer } from '../../second-server.fixture.ts';
import { testServer } from '../../server.fixture.ts';
import { type Opened, openStream, type Shown } from './events.fixture.ts';

const BATON_ENCRYPTION_KEY = randomBytes(32).toString('base64');
const server = await testServer({ after }, { BATON_ENCRYPTION_KEY });
const { admin, db, folder } = server;
const here = admin.in(folder.id);

const data = await mkdtemp(join(tmpdir(), 'baton-node-'));
after(() => rm(data, { recursive: true, force: true }));

/** Another node, killed with -9 and started again. */
async function startNode(): Promise<{ url: string; kill(): Promise<void> }> {
  const { url, pid } = await startSecondServer(
    { after },
    {
      DATABASE_URL: server.databaseUrl,
      BATON_ENCRYPTION_KEY,
      BATON_DATA: data,
      BATON_HOST: '127.0.0.1',
      BATON_PORT: '0',
    },
  );
  return {
    url,
    async kill() {
      process.kill(pid, 'SIGKILL');
      await until('the node is gone', () =>
        fetch(`${url}/api/Status/Version`).then(
          () => false,
          () => true,
        ),
      );
    },
  };
}

it('a reader of two nodes that are killed misses nothing and hears nothing twice', async () => {
  const heard: Shown[] = [];
  let opened: Opened | undefined;
  const open = async (url: string): Promise<void> => {
    const last = heard.at(-1)?.id;
    opened = await openStream(
      `${url}/api/Events?types=asset.created&after=${begun}`,
      { authorization: `Bearer ${admin.token}`, ...(last ? { 'last-event-id': last } : {}) },
      (event) => heard.push(event),
    );
    assert.equal(opened.status, 200);
  };
  const { next: begun } = (await admin.get('/api/Events?after=now')).body;
  const made: string[] = [];
  let isOver = false;
  /** Several transactions at once, some of which commit late. */
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; !isOver; n++) {
      const asset = { Name: `A ${writer} ${n}`, ValueType: 'Text', ValueScope: 'Global', StringValue: 'x' };
      const answer = await here.post('/odata/Assets', asset);
      assert.equal(answer.status, 201, answer.text);
      made.push(answer.body.Id);
      if (n % 5 === 0)
        await db.transaction(async (tx) => {
          await tx.execute(sql`
            insert into events (tenant_id, folder_id, type, entity, entity_key, payload)
            values (${server.tenant.id}, ${folder.id}, 'asset.created', 'Asset', 'late', '{}')`);
          await tx.execute(sql`select pg_sleep(0.2)`);
        });
    }
  };
  const writers = Promise.all([1, 2, 3].map(write));
  for (let kills = 0; kills < 3; kills++) {
    const node = await startNode();
    await open(node.url);
    const before = heard.length;
    await until('some came from the node', () => heard.length > before + 10);
    await node.kill();
    await opened!.ended;
    await open(server.url);
    const between = heard.length;
    await until('some came from the other', () => heard.length > between + 10);
    opened!.close();
    await opened!.ended;
  }
  isOver = true;
  await writers;
  await open(server.url);
  const told = await db.query<{ id: number }>(sql`
    select id from events where type = 'asset.created' order by xid, id`);
  await until('all came', () => heard.length >= told.length);
  opened!.close();
  assert.deepEqual(
    heard.map(({ id }) => Number(id.split('-')[1])),
    told.map(({ id }) => id),
  );
  assert.equal(new Set(made).size, made.length);
});

it('a follower goes on where any node left off, in the order of all', async () => {
  await db.execute(sql`create table followed (position bigint generated always as identity, event bigint)`);
  const note = {
    name: 'test',
    from: 'beginning',
    run: (tx, events) =>
      tx.execute(sql`
        insert into followed (event) select unnest(${events.map(({ id }) => id)}::bigint[])`),
  } as const satisfies Parameters<typeof followOnce>[1] & { run: unknown };
  const write = (n: number): Promise<number> =>
    db.execute(sql`
      insert into events (tenant_id, folder_id, type, entity, entity_key)
      select ${server.tenant.id}, ${folder.id}, 'asset.created', 'Asset', 'x' from generate_series(1, ${n}::int)`);
  await write(700);
  // A turn that fails leaves the cursor where it was.
  const broken = { ...note, run: () => Promise.reject(new Error('broken')) };
  await assert.rejects(followOnce(db, broken), /broken/);
  const one = await openDatabase({ url: server.databaseUrl, log: silent() });
  const other = await openDatabase({ url: server.databaseUrl, log: silent() });
  const stops = [one, other].map((node) => follow(note, { db: node, log: silent() }));
  const followed = async (): Promise<number[]> =>
    (await db.query<{ event: number }>(sql`select event from followed order by position`)).map(
      (r) => r.event,
    );
  await until('one of them follows', async () => (await followed()).length > 0);
  await stops[0]!();
  await write(700);
  const all = await db.query<{ id: number }>(sql`select id from events order by xid, id`);
  await until('the other goes on', async () => (await followed()).length >= all.length);
  await stops[1]!();
  assert.deepEqual(
    await followed(),
    all.map(({ id }) => id),
  );
  await Promise.all([one.close(), other.close()]);
});
