import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import { after, describe, it } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { passTime, testServer } from '../../server.fixture.ts';
import { addMachine, refused, signIn } from '../jobs/robot-kit.fixture.ts';

const JOIN = '/api/RobotsService/Join';
const UNKNOWN = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const server = await testServer({ after }, { BATON_TEST_CLOCK: 'true' });
const { admin, anonymous } = server;

/** A host with a secret of its own. */
function newHost(name = 'cellar-1') {
  const secret = randomBytes(32).toString('base64url');
  const secretHash = hash('sha256', secret, 'hex');
  return {
    secret,
    join: (code: string, at = JOIN) =>
      anonymous.post(at, { code: code.slice(code.indexOf('.') + 1), hostMachineName: name, secretHash }),
  };
}

const machine = await addMachine(server);
const codes = `/api/joincodes/${machine.licenseKey}`;
const newCode = async (body: object = {}): Promise<{ id: number; code: string }> => {
  const made = await admin.post(codes, body);
  assert.equal(made.status, 200, made.text);
  return made.body;
};
const wrong = /code: is wrong, used up or expired/;

describe('a join code', () => {
  it('gives a host credentials of its own, once; the same host may ask again', async () => {
    const { id, code } = await newCode();
    const address = Buffer.from(code.split('.')[0]!, 'base64url').toString();
    assert.equal(address, server.url);
    const host = newHost();
    const joined = await host.join(code);
    assert.deepEqual(
      [joined.status, joined.body],
      [200, { licenseKey: machine.licenseKey, machineName: machine.name }],
      joined.text,
    );
    assert.equal((await signIn(server, machine.licenseKey, host.secret)).status, 200);
    assert.equal((await host.join(code)).status, 200, 'its answer may have got lost');
    refused(await newHost('cellar-2').join(code), 400, 1017, wrong);

    const listed = (await admin.get(codes)).body.find((each: { id: number }) => each.id === id);
    assert.deepEqual([listed.used, listed.hosts, 'code' in listed], [1, 1, false]);
    const secrets = (await admin.get(`/api/clientsecrets/${machine.licenseKey}`)).body;
    const own = secrets.filter((each: { hostMachineName: string }) => each.hostMachineName === 'cellar-1');
    assert.equal(own.length, 1);
    assert.equal((await admin.delete(`/api/clientsecrets/${own[0].id}`)).status, 204);
    assert.equal((await signIn(server, machine.licenseKey, host.secret)).body.error, 'invalid_client');
    assert.equal((await signIn(server, machine.licenseKey, machine.secret)).status, 200);
    refused(await host.join(code), 400, 1017, wrong);
  });

  it('is for as many hosts as it says, however many come at once', async () => {
    const { code } = await newCode({ hosts: 3, minutes: 5 });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => newHost(`h${i}`).join(code)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 400, 400, 400, 400, 400]);
  });

  it('is refused with the same answer, whatever is wrong with it', async () => {
    const expired = await newCode({ minutes: 1 });
    await passTime(server, 61_000);
    const withdrawn = await newCode();
    assert.equal((await admin.delete(`/api/joincodes/${withdrawn.id}`)).status, 204);
    const good = await newCode();
    const [address, id, secret] = good.code.split('.');
    const bad = {
      expired: expired.code,
      withdrawn: withdrawn.code,
      'of nobody': `${address}.999999.${secret}`,
      guessed: `${address}.${id}.${'A'.repeat(43)}`,
      'not whole': `${address}.${id}`,
      'no code': 'x',
    };
    const texts = new Set<string>();
    for (const [what, code] of Object.entries(bad)) {
      const answer = await newHost().join(code);
      refused(answer, 400, 1017, wrong);
      texts.add(JSON.stringify({ ...answer.body, traceId: null }));
      assert.equal(texts.size, 1, what);
    }
    const elsewhere = await newHost().join(good.code, `/Nobody/Nowhere${JOIN}`);
    refused(elsewhere, 400, 1017, wrong);
    const there = await newHost().join(good.code, `/${server.organizationId}/${server.tenant.name}${JOIN}`);
    assert.equal(there.status, 200, there.text);
  });

  it('cannot be guessed at', async () => {
    const host = newHost();
    const { code } = await newCode();
    const [address, id] = code.split('.');
    for (let i = 0; i < 10; i++)
      refused(await host.join(`${address}.${id}.${String(i).repeat(43)}`), 400, 1017, wrong);
    const stopped = await host.join(code);
    refused(stopped, 429);
    assert.ok(Number(stopped.headers.get('retry-after')) > 0);
    assert.equal((await newHost().join(code)).status, 200, 'others at the same address go on');
  });

  it('is made and withdrawn by those who may edit machines of the tenant', async () => {
    const { id } = await newCode();
    const viewer = await server.user({ permissions: ['Machines.View'] });
    assert.equal((await viewer.get(codes)).status, 200);
    refused(await viewer.post(codes, {}), 403);
    refused(await viewer.delete(`/api/joincodes/${id}`), 403);
    for (const caller of [server.otherTenant, admin]) {
      const at = caller === admin ? `/api/joincodes/${UNKNOWN}` : codes;
      refused(await caller.get(at), 404, 1002);
      refused(await caller.post(at, {}), 404, 1002);
    }
    refused(await server.otherTenant.delete(`/api/joincodes/${id}`), 404, 1002);
    for (const body of [{ hosts: 0 }, { hosts: 1001 }])
      refused(await admin.post(codes, body), 400, 1009, /hosts/);
    for (const body of [{ minutes: 0 }, { minutes: 10_081 }])
      refused(await admin.post(codes, body), 400, 1009, /minutes/);
    const asked = { code: '1.x', hostMachineName: 'h', secretHash: 'x' };
    refused(await anonymous.post(JOIN, asked), 400, 1009, /secretHash/);
    refused(await anonymous.post(JOIN, { ...asked, hostMachineName: null }), 400, 1009, /hostMachineName/);
  });

  it('is kept and told as a hash, and goes when it has expired', async () => {
    const { code } = await newCode();
    await newHost().join(code);
    const secret = code.split('.')[2]!;
    const events = await server.db.query<{ payload: unknown }>(
      sql`select payload from events where type like 'machine.%'`,
    );
    assert.ok(!JSON.stringify(events).includes(secret));
    const lasting = await newCode({ minutes: 600 });
    await passTime(server, 3_601_000);
    await until('the clean-up has removed what has expired', async () => {
      const rows = await server.db.query<{ id: number }>(
        sql`select id from machine_join_codes where machine_id = ${machine.id}`,
      );
      return rows.length === 1 && rows[0]!.id === lasting.id;
    });
    assert.equal((await admin.get(codes)).body.length, 1);
  });
});
