import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { testDatabase } from '../../kernel/db/test-database.ts';
import { DatabaseUnavailable } from '../../kernel/db/unavailable.ts';
import { createSealer } from '../../kernel/secrets/seal.ts';
import { createApplication, listApplications } from '../clients/applications.ts';
import { startIdentity } from '../identity.fixture.ts';
import { openSigningKeys } from '../keys/signing-keys.ts';
import { removeExpired } from '../remove-expired.ts';
import { firstStart } from '../seed.ts';
import { adapterFactory } from './adapter.ts';

test('several nodes that start at once make one signing key', async (t) => {
  const { db } = await testDatabase(t);
  const sealer = createSealer([randomBytes(32)]);
  const nodes = await Promise.all([1, 2, 3, 4].map(() => openSigningKeys({ db, sealer })));
  assert.equal(new Set(nodes.map((keys) => keys.current().kid)).size, 1);
  const [row] = await db.query<{ private_key: Buffer; public_key: { n: string; d?: string } }>(
    sql`select private_key, public_key from signing_keys`,
  );
  assert.ok(Buffer.from(row!.public_key.n, 'base64url').length >= 256);
  assert.equal(row!.public_key.d, undefined);
  assert.equal(row!.private_key.includes('"d"'), false);
  await assert.rejects(openSigningKeys({ db, sealer: createSealer([randomBytes(32)]) }), /encryption key/);
  const all = nodes[0]!.all();
  await nodes[0]!.refresh();
  assert.equal(nodes[0]!.all(), all);
});

test('two rotations at once leave one key that signs', async (t) => {
  const { db } = await testDatabase(t);
  const sealer = createSealer([randomBytes(32)]);
  const nodes = await Promise.all([1, 2].map(() => openSigningKeys({ db, sealer })));
  await Promise.all(nodes.map((keys) => keys.rotate()));
  await Promise.all(nodes.map((keys) => keys.refresh()));
  const [one, two] = nodes.map((keys) => keys.current().kid);
  assert.equal(one, two);
  assert.deepEqual(
    nodes[0]!.all().map(({ retired }) => retired),
    [false, true, true],
  );
});

test('what oidc-provider stores', async (t) => {
  const { db } = await testDatabase(t);
  let now = Date.now();
  const clock = (): number => now;
  const adapterOf = adapterFactory({ db, clock, findMachineClient: async () => undefined });
  const codes = adapterOf('AuthorizationCode');
  await codes.upsert('a', { jti: 'a', grantId: 'g', uid: 'u', userCode: 'c', list: [1, 2] }, 60);
  await codes.upsert('b', { jti: 'b', grantId: 'g' }, 60);
  const payload = { jti: 'a', grantId: 'g', uid: 'u', userCode: 'c', list: [1, 2] };
  assert.deepEqual(await codes.find('a'), payload);
  assert.deepEqual(await codes.findByUid('u'), payload);
  assert.deepEqual(await codes.findByUserCode('c'), payload);
  assert.equal(await adapterOf('Session').find('a'), undefined);
  await codes.consume('a');
  assert.deepEqual(await codes.find('a'), { ...payload, consumed: true });
  await codes.upsert('a', { jti: 'a', grantId: 'g', changed: true }, 60);
  assert.equal((await codes.find('a'))?.changed, true);
  await codes.destroy('b');
  assert.equal(await codes.find('b'), undefined);
  now += 61_000;
  assert.equal(await codes.find('a'), undefined);
  assert.equal(await removeExpired(db, clock), 1);
  await codes.upsert('c', { jti: 'c', grantId: 'g' });
  await codes.revokeByGrantId('g');
  assert.equal(await codes.find('c'), undefined);
});

test('applications', async (t) => {
  const { db } = await testDatabase(t);
  const { organization } = await firstStart(db, { random: randomBytes });
  const app = {
    organizationId: organization.id,
    name: 'Build',
    isConfidential: true,
    appScopes: ['OR.Execution', 'PM.Audit.Read'],
    userScopes: ['openid', 'OR.Jobs'],
    redirectUris: ['http://localhost:8104/oidc/login'],
  };
  const { clientId, secret } = await createApplication(db, app);
  assert.equal(Buffer.from(secret!, 'base64url').length, 32);
  const [listed] = await listApplications(db, organization.id);
  const { createdAt, ...rest } = listed!;
  assert.ok(createdAt);
  assert.deepEqual(rest, { ...app, clientId });
  const refused = (change: Partial<typeof app>, expected: object) =>
    assert.rejects(createApplication(db, { ...app, name: 'Other', ...change }), expected);
  await refused({ name: 'build' }, { status: 409 });
  await refused({ appScopes: ['OR.Nothing'] }, { status: 400, message: /^appScopes: .*OR\.Nothing/ });
  await refused({ appScopes: ['openid'] }, { status: 400 });
  await refused({ isConfidential: false }, { status: 400, message: /^appScopes/ });
  const open = await createApplication(db, {
    ...app,
    name: 'Page',
    isConfidential: false,
    appScopes: [],
  });
  assert.equal(open.secret, undefined);
  assert.deepEqual(
    (await listApplications(db, organization.id)).map(({ name }) => name),
    ['Build', 'Page'],
  );
});

test('a database that is away is answered with 503, and is no bad token', async (t) => {
  const { token, application, identity, disconnect } = await startIdentity(t);
  const { clientId, secret } = await application();
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
  const { access_token } = (await token(form)).body;
  await disconnect();
  const answer = await token(form);
  assert.deepEqual([answer.status, answer.body.error], [503, 'temporarily_unavailable']);
  assert.equal(answer.headers.get('retry-after'), '1');
  await assert.rejects(identity.verifyToken(access_token), DatabaseUnavailable);
});
