import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { EVENTS } from '../../areas.ts';
import { FULL_ACCESS } from '../../kernel/auth/principal.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { alignEvents } from '../../kernel/events/align-events.ts';
import { followOnce } from '../../kernel/events/follow.ts';
import { type Caller, callerWith, testServer } from '../../server.fixture.ts';
import { addMachine } from '../jobs/robot-kit.fixture.ts';
import { type Opened, openStream, type Shown } from './events.fixture.ts';

const server = await testServer({ after });
const { admin, db, folder } = server;
const here = admin.in(folder.id);
let names = 0;
const newQueue = async (by = here): Promise<{ Id: number; Key: string }> => {
  const { status, body, text } = await by.post('/odata/QueueDefinitions', { Name: `Queue ${++names}` });
  assert.equal(status, 201, text);
  return body;
};
const newFolder = async (): Promise<number> =>
  (await admin.post('/odata/Folders', { DisplayName: `Folder ${++names}` })).body.Id;

interface Page {
  readonly events: readonly Shown[];
  readonly next: string;
  readonly isEnd: boolean;
  readonly isCut: boolean;
}
const read = async (by: Caller, query = ''): Promise<Page> => {
  const { status, body, text } = await by.get(`/api/Events?${query}`);
  assert.equal(status, 200, text);
  return body;
};
const now = async (): Promise<string> => (await read(admin, 'after=now')).next;
/** Waits for a page with this many events: other work of the server may delay them for a moment. */
const told = (after: string, count: number): Promise<Page> =>
  until(`${count} are told`, async () => {
    const page = await read(here, `after=${after}`);
    return page.events.length >= count ? page : undefined;
  });
/** Reads all pages from a place on. */
async function readAll(by: Caller, after: string, more = ''): Promise<Shown[]> {
  const all: Shown[] = [];
  for (let next = after; ; ) {
    const page = await read(by, `after=${next}&take=1000${more}`);
    all.push(...page.events);
    if (page.isEnd) return all;
    next = page.next;
  }
}

/** A transaction that stays open until it is told to commit. */
async function held(work: (tx: Transaction) => Promise<unknown>): Promise<() => Promise<void>> {
  const { promise: go, resolve: commit } = Promise.withResolvers<void>();
  const { promise: done, resolve: begun } = Promise.withResolvers<void>();
  const whole = db.transaction(async (tx) => {
    await work(tx);
    begun();
    await go;
  });
  await done;
  return async () => {
    commit();
    await whole;
  };
}
const insert = (
  by: { execute: Transaction['execute'] },
  { type, entity, folderId = folder.id, tenantId = server.tenant.id, payload = {} }: Partial<Row> & Named,
): Promise<number> =>
  by.execute(sql`
    insert into events (tenant_id, folder_id, type, entity, entity_key, actor, payload)
    values (${tenantId}, ${folderId}, ${type}, ${entity}, '1', 'user:x', ${JSON.stringify(payload)}::jsonb)`);
interface Named {
  readonly type: string;
  readonly entity: string;
}
interface Row extends Named {
  readonly folderId: number | null;
  readonly tenantId: number;
  readonly payload: object;
}

/**
 * One event of each type for each case: this folder, another folder, no folder, and a tenant that does
 * not exist.
 */
const second = await newFolder();
const { Id: queueId } = await newQueue();
const beforeAll = await now();
const subjects = [...new Set(EVENTS.map((event) => event.of))];
const rows: Row[] = EVENTS.flatMap(({ type, of: { entity } }) =>
  [folder.id, second, null].map((folderId) => ({
    type,
    entity,
    folderId,
    tenantId: server.tenant.id,
    payload: { queueId },
  })),
);
for (const row of rows) await insert(db, row);
for (const row of rows) await insert(db, { ...row, tenantId: server.tenant.id + 1_000_000 });
await until('all are told', async () => (await readAll(admin, beforeAll)).length >= rows.length);

describe('a page of events', () => {
  it('tells what happened, in its order, and where to read on', async () => {
    const begun = await now();
    const [one, other] = [await newQueue(), await newQueue()];
    await here.delete(`/odata/QueueDefinitions(${one.Id})`);
    const page = await told(begun, 3);
    assert.deepEqual(
      page.events.map(({ type, key }) => [type, key]),
      [
        ['queue.created', one.Key],
        ['queue.created', other.Key],
        ['queue.deleted', one.Key],
      ],
    );
    const [first] = page.events;
    assert.deepEqual(
      [first!.entity, first!.folderId, first!.data.id],
      ['QueueDefinition', folder.id, one.Id],
    );
    assert.match(first!.actor!, /^user:/);
    assert.equal(page.isEnd, true);
    assert.deepEqual((await read(here, `after=${page.next}`)).events, []);
    const last = await read(here, `after=${first!.id}&types=queue.deleted,job.*&take=1`);
    assert.deepEqual(
      last.events.map(({ type }) => type),
      ['queue.deleted'],
    );
    const walked: Shown[] = [];
    for (let next = begun, isEnd = false; !isEnd; ) {
      const part = await read(here, `after=${next}&take=1`);
      walked.push(...part.events);
      ({ next, isEnd } = part);
    }
    assert.deepEqual(walked, page.events);
    assert.ok((await read(admin)).events.length > 0, 'from the oldest on');
  });

  it('skips nothing that commits late', async () => {
    const begun = await now();
    const late = { type: 'queue.created', entity: 'QueueDefinition', payload: { late: true } };
    const commit = await held((tx) => insert(tx, late));
    const { Key } = await newQueue();
    // This event is already recorded and has a higher id than the one still under way. It is not shown before
    // that one.
    const between = await read(here, `after=${begun}`);
    assert.deepEqual(between.events, []);
    await commit();
    const shown = await told(between.next, 2);
    assert.deepEqual(
      shown.events.map(({ key }) => key),
      ['1', Key],
    );
  });

  it('goes on in a database that was restored and counts its transactions anew', async () => {
    const begun = await now();
    const old = ['1', '2', '3', '4'];
    for (const key of old)
      await db.execute(sql`
        insert into events (tenant_id, folder_id, type, entity, entity_key, xid)
        values (${server.tenant.id}, ${folder.id}, 'queue.updated', 'QueueDefinition', ${key},
                (8000000000000000000 + ${Number(key)}::bigint)::text::xid8)`);
    const [, second] = await db.query<{ id: number }>(sql`
      select id from events where xid > '8000000000000000000'::xid8 order by xid, id`);
    await db.execute(sql`
      insert into event_cursors (name, xid, id) values ('restored', '8000000000000000002', ${second!.id})`);
    await alignEvents(db);
    await alignEvents(db);
    assert.deepEqual((await readAll(here, begun)).length, 0);
    const seen = (await readAll(here, '0-0', '&types=queue.updated')).map(({ key }) => key);
    assert.deepEqual(seen.filter((key) => old.includes(key)).slice(0, 4), old);
    const followed: string[] = [];
    const run = async (_: unknown, events: readonly { key: string }[]): Promise<void> =>
      void followed.push(...events.map(({ key }) => key));
    await followOnce(db, { name: 'restored', from: 'now', run });
    assert.deepEqual(followed.slice(0, 2), ['3', '4']);
  });

  it('refuses what it does not know, by its name', async () => {
    for (const [query, name] of [
      ['after=yesterday', 'after'],
      ['after=9223372036854775807-1', 'after'],
      ['types=job.createt', 'types'],
      ['types=jobs.*', 'types'],
      ['take=0', 'take'],
      ['take=1001', 'take'],
    ]) {
      const { status, text } = await admin.get(`/api/Events?${query}`);
      assert.equal(status, 400, query);
      assert.match(text, new RegExp(`"${name}: `), query);
    }
  });
});

describe('who reads what', () => {
  const seen = async (by: Caller, more = ''): Promise<string[]> =>
    (await readAll(by, beforeAll, more))
      .filter(({ data }) => data.queueId === queueId)
      .map(({ type, folderId }) => `${type} ${folderId}`)
      .sort();
  const expected = (is: (row: Row, of: (typeof subjects)[number]) => boolean): string[] =>
    rows
      .filter((row) => is(row, EVENTS.find(({ type }) => type === row.type)!.of))
      .map(({ type, folderId }) => `${type} ${folderId}`)
      .sort();
  const permissionsOf = (permission: unknown): readonly string[] =>
    typeof permission === 'string' ? [permission] : ((permission as { all?: string[] })?.all ?? []);
  /** An item is in the folder of its queue, whatever folder the event names. */
  const isIn = ({ folderId, entity }: Row, wanted: number): boolean =>
    (entity === 'QueueItem' ? folder.id : folderId) === wanted;

  it('administrators all of their tenant, and in a folder what is there', async () => {
    assert.deepEqual(
      await seen(admin),
      expected(() => true),
    );
    assert.deepEqual(
      await seen(admin.in(second)),
      expected((row) => isIn(row, second)),
    );
    assert.deepEqual(await seen(server.otherTenant), []);
  });

  it('nobody without a right, or without a token', async () => {
    // A caller with any role in a folder may read the events of the folder itself.
    const anyRole = expected((row, { reading }) => reading.inFolder === 'any role' && isIn(row, folder.id));
    assert.deepEqual(await seen(await server.user({ permissions: ['ActionDesign.View'] })), anyRole);
    assert.deepEqual(await seen(await server.app(['OR.Nothing'])), []);
    assert.equal((await server.anonymous.get('/api/Events')).status, 401);
    assert.equal((await (await addMachine(server)).caller.get('/api/Events')).status, 403);
  });

  for (const { entity, reading, isApart } of subjects) {
    it(`${entity} who has the scope or the permission, there`, async () => {
      const app = await server.app([`${reading.scope}.Read`]);
      assert.deepEqual(
        await seen(app),
        expected((_, of) => of.reading.scope === reading.scope),
      );
      const inFolder = permissionsOf(reading.inFolder);
      if (inFolder.length > 0) {
        const member = await server.user({ permissions: inFolder });
        const told = await seen(member, `&types=${typesOf(entity)}`);
        assert.deepEqual(
          told,
          expected((row) => row.entity === entity && isIn(row, folder.id)),
        );
      }
      const inTenant = permissionsOf(reading.inTenant);
      if (inTenant.length > 0) {
        const reader = await server.user({ permissions: inTenant });
        assert.deepEqual(
          await seen(reader, `&types=${typesOf(entity)}`),
          expected((row) => row.entity === entity && (isApart !== true || row.folderId === null)),
        );
      }
    });
  }

  const typesOf = (entity: string): string =>
    EVENTS.filter(({ of }) => of.entity === entity)
      .map(({ type }) => type)
      .join(',');
});

describe('a stream of events', () => {
  const open = (query = '', headers: Record<string, string> = {}, by: Caller = admin): Promise<Opened> =>
    openStream(`${server.url}/api/Events?${query}`, { authorization: `Bearer ${by.token}`, ...headers });

  it('begins with nothing that a client could take for an event', async () => {
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${admin.token}` };
    const { body } = await fetch(`${server.url}/api/Events?types=queue.*`, { headers });
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    let heard = (await reader.read()).value ?? '';
    const { Key } = await newQueue();
    while (!heard.endsWith('\n\n')) heard += (await reader.read()).value ?? '';
    await reader.cancel();
    assert.match(
      heard,
      /^: connected\nretry: 1000\n(?:: ping\n)*id: \S+\nevent: queue\.created\ndata: .*\n\n$/,
    );
    assert.ok(heard.includes(Key));
  });

  it('is one for who takes one, and opened by GET alone', async () => {
    const opened = await open('types=queue.*');
    const head = async (accept: string): Promise<string | null> =>
      (await admin.with({ accept }).send('HEAD', '/api/Events')).headers.get('content-type');
    for (let i = 0; i < 15; i++)
      assert.equal(await head('text/html, Text/Event-Stream;q=0.5'), 'text/event-stream');
    for (const accept of ['text/event-stream;q=0, */*', 'text/event-stream-of-mine', 'application/json'])
      assert.match((await head(accept))!, /^application\/json/, accept);
    // Many HEAD requests do not end a stream that is open.
    await newQueue();
    await until('the open one goes on', () => opened.events.length === 1);
    opened.close();
  });

  it('tells as it happens, and goes on after the last one heard', async () => {
    const opened = await open('types=queue.*');
    assert.deepEqual([opened.status, opened.type], [200, 'text/event-stream']);
    const one = await newQueue();
    const first = await until('the first came', () => opened.events[0]);
    assert.deepEqual([first.key, first.id], [one.Key, opened.ids[0]]);
    opened.close();
    await opened.ended;
    const missed = [await newQueue(), await newQueue()];
    const again = await open('types=queue.*', { 'last-event-id': first.id });
    await until('what was missed came', () => again.events.length === 2);
    const next = await newQueue();
    await until('the next came', () => again.events.length === 3);
    again.close();
    assert.deepEqual(
      again.events.map(({ key }) => key),
      [...missed, next].map(({ Key }) => Key),
    );
  });

  it('shows no more than the caller may see, and less as soon as they may see less', async () => {
    const reader = await server.user({ permissions: ['Queues.View'] });
    const opened = await open('', {}, reader);
    const elsewhere = admin.in(await newFolder());
    await newQueue(elsewhere);
    const seen = await newQueue();
    await until('the first came', () => opened.events.length === 1);
    assert.equal(opened.events[0]!.key, seen.Key);
    const path = `/odata/Folders(${folder.id})/UiPath.Server.Configuration.OData.RemoveUserFromFolder`;
    assert.equal((await admin.post(path, { userId: reader.userId })).status, 204);
    const unseen = await newQueue();
    const other = await open('types=queue.created', { 'last-event-id': opened.ids[0]! });
    await until('others heard of it', () => other.events.some(({ key }) => key === unseen.Key));
    for (const one of [opened, other]) one.close();
    assert.equal(opened.events.filter(({ type }) => type === 'queue.created').length, 1);
  });

  it('says what is not kept any more, and goes on with the oldest', async () => {
    const { Key } = await newQueue();
    const [one] = (await told('0-0', 1)).events;
    await db.execute(sql`
      with gone as (delete from other_events returning xid, id, type, entity_key)
      insert into dropped_events (events_of, xid, id)
      select 'other_events', xid, id from gone where entity_key = ${Key} and type = 'queue.created'`);
    const next = await newQueue();
    const page = await until('the next is told', async () => {
      const found = await read(here, `after=${one!.id}&types=queue.*`);
      return found.events.length > 0 ? found : undefined;
    });
    assert.deepEqual([page.isCut, page.events.map(({ key }) => key)], [true, [next.Key]]);
    assert.deepEqual(
      [(await read(here)).isCut, (await read(here, `after=${page.next}`)).isCut],
      [false, false],
    );
    assert.equal((await read(here, `after=${one!.id}&types=queueItem.*`)).isCut, false);
    const opened = await open('types=queue.*', { 'last-event-id': one!.id });
    await until('the oldest came', () => opened.events.length === 1);
    assert.match(JSON.stringify(opened.gaps), /BATON_EVENT_DAYS/);
    const again = await open('types=queue.*', { 'last-event-id': opened.ids[0]! });
    const { Key: last } = await newQueue();
    await until('the next came', () => again.events.length === 1);
    assert.deepEqual([again.gaps, again.events[0]!.key], [[], last]);
    for (const each of [opened, again]) each.close();
  });

  it('refuses a place that is none', async () => {
    assert.equal((await open('', { 'last-event-id': 'x' })).status, 400);
    assert.equal((await open('types=nothing')).status, 400);
  });

  it('ends the oldest of a caller who opens too many', async () => {
    const by = await server.user();
    const opened: Opened[] = [];
    for (let n = 0; n < 11; n++) opened.push(await open('', {}, by));
    await opened[0]!.ended;
    for (const one of opened) one.close();
  });

  it('ends with the token that it was opened with, long before it ends by itself', async () => {
    const begun = performance.now();
    const { sub } = decodeJwt(admin.token!);
    const token = await server.parts.identity.issueToken({
      kind: 'user',
      subject: sub!,
      clientId: 'tests',
      organizationId: server.organizationId,
      scopes: [FULL_ACCESS],
      lifetimeSeconds: 2,
    });
    const opened = await open('', {}, callerWith(server.url, token));
    assert.equal(opened.status, 200);
    await opened.ended;
    const seconds = (performance.now() - begun) / 1000;
    assert.ok(seconds < 240, `${seconds} s`);
  });

  it('is refused where all together are too many, until one of them closes', async (t) => {
    const small = await testServer(t, { BATON_EVENT_READERS: '2' });
    const callers = [await small.user(), await small.user(), await small.user()];
    const openAs = ({ token }: Caller): Promise<Opened> =>
      openStream(`${small.url}/api/Events`, { authorization: `Bearer ${token}` });
    const opened = [await openAs(callers[0]!), await openAs(callers[1]!)];
    const refused = await callers[2]!.send('GET', '/api/Events', {
      headers: { accept: 'text/event-stream' },
    });
    assert.equal(refused.status, 503, refused.text);
    assert.match(refused.body.message, /2 event streams \(BATON_EVENT_READERS\)/);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    opened[0]!.close();
    await until('there is room', async () => {
      const third = await openAs(callers[2]!);
      if (third.status === 200) opened.push(third);
      return third.status === 200;
    });
    for (const one of opened) one.close();
  });
});
