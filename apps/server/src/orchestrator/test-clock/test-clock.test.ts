import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { callerWith, signedIn, testServer } from '../../server.fixture.ts';
import { addMachine, connect } from '../jobs/robot-kit.fixture.ts';

const CLOCK = '/api/TestClock';
const MINUTE = 60;
const server = await testServer({ after }, { BATON_TEST_CLOCK: 'true' });
const { admin } = server;

const advance = async (advanceSeconds: number, more: object = {}) => {
  const { status, body, text } = await admin.post(CLOCK, { advanceSeconds, ...more });
  assert.equal(status, 200, text);
  return body as { time: string; aheadSeconds: number };
};

const isNear = (actual: number, expected: number): boolean => Math.abs(actual - expected) < 120_000;

describe('the test clock', () => {
  it('is told to whoever is signed in, and turned by those who may change settings', async () => {
    const nobody = await server.user();
    assert.equal((await nobody.get(CLOCK)).body.aheadSeconds, 0);
    const body = { advanceSeconds: 1 };
    assert.equal((await nobody.post(CLOCK, body)).status, 403);
    assert.equal((await server.anonymous.get(CLOCK)).status, 401);
    assert.equal((await server.anonymous.post(CLOCK, body)).status, 401);
    assert.equal((await (await server.app(['OR.Queues'])).post(CLOCK, body)).status, 403);
    const clerk = await server.user({ permissions: ['Settings.Edit'] });
    assert.equal((await clerk.post(CLOCK, body)).status, 200);
    assert.equal((await (await server.app(['OR.Settings'])).post(CLOCK, body)).status, 200);
    assert.equal((await nobody.get(CLOCK)).body.aheadSeconds, 2);
  });

  it('goes forward by a time or to one, on the server and in its database', async () => {
    const { aheadSeconds: before } = (await admin.get(CLOCK)).body;
    const answer = await advance(10 * MINUTE);
    assert.equal(answer.aheadSeconds, before + 10 * MINUTE);
    assert.ok(isNear(Date.parse(answer.time), Date.now() + answer.aheadSeconds * 1000));
    const to = new Date(Date.parse(answer.time) + 5 * MINUTE * 1000).toISOString();
    const turned = await admin.post(CLOCK, { time: to });
    assert.equal(turned.status, 200, turned.text);
    assert.ok(isNear(Date.parse(turned.body.time), Date.parse(to)));
    const version = await server.anonymous.get('/api/Status/Version');
    assert.ok(isNear(Date.parse(version.body.timestamp), Date.parse(to)));
    const row = await server.db.first<{ now: string }>(sql`select now()`);
    assert.ok(isNear(Date.parse(row!.now), Date.parse(to)));
    const queue = await admin.in(server.folder.id).post('/odata/QueueDefinitions', { Name: 'Made later' });
    assert.ok(isNear(Date.parse(queue.body.CreationTime), Date.parse(to)), queue.text);
  });

  it('refuses to go back, and says what is wrong', async () => {
    const { time } = (await admin.get(CLOCK)).body;
    for (const [body, message] of [
      [{}, /^advanceSeconds: or time is needed/],
      [{ advanceSeconds: 0 }, /^advanceSeconds: .*only goes forward/],
      [{ advanceSeconds: -5 }, /^advanceSeconds: .*only goes forward/],
      [{ advanceSeconds: 1e15 }, /^advanceSeconds: leads beyond the year 9999/],
      [{ advanceSeconds: 'P3D' }, /^advanceSeconds: /],
      [{ time: '2020-01-01T00:00:00Z' }, /^time: is not later/],
      [{ time: 'soon' }, /^time: /],
      [{ time, advanceSeconds: 5 }, /^time: and advanceSeconds exclude each other/],
      [{ advanceSeconds: 5, robotsReport: 'perhaps' }, /^robotsReport: /],
    ] as const) {
      const answer = await admin.post(CLOCK, body);
      assert.equal(answer.status, 400, JSON.stringify(body));
      assert.match(answer.body.message, message, JSON.stringify(body));
    }
    assert.ok(isNear(Date.parse((await admin.get(CLOCK)).body.time), Date.parse(time)));
  });

  it('is turned once for one Idempotency-Key', async () => {
    const { aheadSeconds } = (await admin.get(CLOCK)).body;
    const keyed = admin.with({ 'idempotency-key': 'once' });
    for (const _ of [1, 2]) assert.equal((await keyed.post(CLOCK, { advanceSeconds: 60 })).status, 200);
    assert.equal((await admin.get(CLOCK)).body.aheadSeconds, aheadSeconds + 60);
  });

  it('leaves robots connected, unless they are to have been silent', async () => {
    const host = await connect(await addMachine(server));
    const state = async (): Promise<string> => {
      const row = await server.db.first<{ state: number }>(
        sql`select state from sessions where key = ${host.sessionKey}`,
      );
      return row!.state === 0 ? 'connected' : 'silent';
    };
    await advance(3 * MINUTE);
    assert.equal(await state(), 'connected');
    await advance(3 * MINUTE, { robotsReport: false });
    assert.equal(await state(), 'silent');
  });

  it('ends a token when its time is over', async () => {
    const row = await server.db.first<{ id: string }>(sql`select id from identity_users limit 1`);
    const { token } = await signedIn(server, row!.id); // for ten minutes
    const caller = callerWith(server.url, token);
    await advance(9 * MINUTE);
    assert.equal((await caller.get(CLOCK)).status, 200);
    await advance(3 * MINUTE);
    assert.equal((await caller.get(CLOCK)).status, 401);
  });
});

it('is not there where nothing says so', async (t) => {
  const plain = await testServer(t);
  assert.equal((await plain.admin.get(CLOCK)).status, 404);
  assert.equal((await plain.admin.post(CLOCK, { advanceSeconds: 1 })).status, 404);
  const { body } = await plain.anonymous.get('/swagger/v20.0/swagger.json');
  assert.equal(body.paths[CLOCK], undefined);
});
