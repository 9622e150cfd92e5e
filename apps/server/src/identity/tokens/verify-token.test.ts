import assert from 'node:assert/strict';
import { createPublicKey, createSign } from 'node:crypto';
import { test } from 'node:test';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import sql from 'sql-template-tag';
import type { NewToken } from '../../kernel/auth/tokens.ts';
import { getJson, startIdentity, type TestIdentity } from '../identity.fixture.ts';
import { openSigningKeys } from '../keys/signing-keys.ts';
import { person } from '../sign-in/flow.fixture.ts';
import { bearerVerifier, InvalidToken } from './verify-token.ts';

const refusal = (reason: InvalidToken['reason']) => (error: unknown) =>
  error instanceof InvalidToken && error.reason === reason && error.status === 401;

const json = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const kidOf = (jwt: string): string =>
  JSON.parse(Buffer.from(jwt.split('.')[0]!, 'base64url').toString()).kid;

async function appToken({ identity, first, application }: TestIdentity, more: Partial<NewToken> = {}) {
  const { clientId } = await application();
  return identity.issueToken({
    kind: 'app',
    subject: clientId,
    organizationId: first.organization.id,
    scopes: ['OR.Jobs'],
    lifetimeSeconds: 60,
    ...more,
  });
}

test('tokens that were not issued here as they are', async (t) => {
  const server = await startIdentity(t);
  const { identity, db, sealer } = server;
  const token = await appToken(server);
  assert.equal((await identity.verifyToken(token)).kind, 'app');
  const claims = decodeJwt(token);
  const [header, payload, signature] = token.split('.') as [string, string, string];
  const keys = await openSigningKeys({ db, sealer });
  const { kid, privateKey, publicKey, privateJwk } = keys.current();
  const publicPem = createPublicKey({ key: (await exportJWK(publicKey)) as never, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  });
  const signed = (more: object, typ = 'at+jwt'): Promise<string> =>
    new SignJWT({ ...claims, ...more }).setProtectedHeader({ alg: 'RS256', typ, kid }).sign(privateKey);
  const hs256 = (secret: Uint8Array): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid }).sign(secret);
  const other = createSign('RSA-SHA512').update(`${json({ alg: 'RS512', typ: 'at+jwt', kid })}.${payload}`);
  const bad: Record<string, string> = {
    empty: '',
    'not a token': 'x.y.z',
    'too long': `${token}${'x'.repeat(20_000)}`,
    'claims changed': `${header}.${json({ ...claims, scope: 'OrchestratorApiUserAccess' })}.${signature}`,
    'signature changed': `${header}.${payload}.${signature.slice(0, -4)}AAAA`,
    'no signature': `${header}.${payload}.`,
    'alg none': new UnsecuredJWT(claims).encode(),
    'alg none with our kid': `${json({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.`,
    'HS256 with the public key as its secret': await hs256(Buffer.from(publicPem)),
    'another algorithm with our key': `${json({ alg: 'RS512', typ: 'at+jwt', kid })}.${payload}.${other.sign(
      { key: privateJwk, format: 'jwk' } as never,
      'base64url',
    )}`,
    'unknown kid': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'unknown' })
      .sign(privateKey),
    'no kid': await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' }).sign(privateKey),
    'an ID token': await signed({ aud: claims.client_id }, 'JWT'),
    'another audience': await signed({ aud: 'other' }),
    'no issuer': await signed({ iss: undefined }),
    'another type': await signed({}, 'JWT'),
    'not yet': await signed({ nbf: Math.floor(Date.now() / 1000) + 60 }),
    'no kind': await signed({ sub_type: undefined }),
    'unknown kind': await signed({ sub_type: 'god' }),
    'robot without a job': await signed({ sub_type: 'robot' }),
    'no expiry': await signed({ exp: undefined }),
    "another installation's key with our kid": await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid })
      .sign((await generateKeyPair('RS256')).privateKey),
  };
  for (const [name, each] of Object.entries(bad)) {
    await t.test(name, () => assert.rejects(identity.verifyToken(each), refusal('invalid')));
  }
  assert.equal((await identity.verifyToken(await signed({}))).kind, 'app', 'and the same unchanged is good');
});

test('a token ends when it expires, though it was verified before', async (t) => {
  const server = await startIdentity(t);
  const token = await appToken(server, { lifetimeSeconds: 60 });
  const unseen = await appToken(server, { lifetimeSeconds: 60 });
  await server.identity.verifyToken(token);
  server.time.ahead = 66_000;
  await assert.rejects(server.identity.verifyToken(token), refusal('expired'));
  await assert.rejects(server.identity.verifyToken(unseen), refusal('expired'));
});

test('a revoked token ends here at once, on other nodes within a second', async (t) => {
  const server = await startIdentity(t);
  const other = await server.node();
  const token = await appToken(server);
  const principal = await server.identity.verifyToken(token);
  await other.verifyToken(token);
  await server.identity.revokeToken(principal);
  await assert.rejects(server.identity.verifyToken(token), refusal('revoked'));
  server.time.ahead = 1001;
  await assert.rejects(other.verifyToken(token), refusal('revoked'));
});

test('tokens of a deleted application and of a disabled user end within a second', async (t) => {
  const server = await startIdentity(t);
  const { identity, db, first, time } = server;
  const ofApp = await appToken(server);
  const { body } = await identity.signInWithPassword({
    usernameOrEmailAddress: 'admin',
    password: first.adminPassword!,
  });
  const ofUser = body.result!;
  const app = await identity.verifyToken(ofApp);
  await identity.verifyToken(ofUser);
  await db.execute(sql`delete from external_apps where client_id = ${app.clientId}`);
  await db.execute(sql`update identity_users set is_active = false`);
  time.ahead = 1001;
  await assert.rejects(identity.verifyToken(ofApp), refusal('revoked'));
  await assert.rejects(identity.verifyToken(ofUser), refusal('revoked'));
});

test("a robot's token is good while its job is not final", async (t) => {
  const { identity, first, liveJobs, time } = await startIdentity(t);
  const job = { key: crypto.randomUUID(), userId: 5, robotId: 6, folderId: 9 };
  const token = await identity.issueToken({
    kind: 'robot',
    subject: crypto.randomUUID(),
    organizationId: first.organization.id,
    tenantId: first.tenant.id,
    scopes: ['OrchestratorApiUserAccess'],
    lifetimeSeconds: 3600,
    job,
  });
  liveJobs.add(job.key);
  const principal = await identity.verifyToken(token);
  assert.deepEqual(principal.job, job);
  assert.equal(principal.tenantId, first.tenant.id);
  liveJobs.delete(job.key);
  time.ahead = 1001;
  await assert.rejects(identity.verifyToken(token), refusal('revoked'));
});

test('after a rotation the old tokens stay good, and other nodes learn the new key', async (t) => {
  const server = await startIdentity(t);
  const { identity, token, application, origin } = server;
  const { clientId, secret } = await application();
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret };
  const other = await server.node();
  const before = (await token(form)).body.access_token;
  const kid = await identity.rotateKeys();
  const after = (await token(form)).body.access_token;
  assert.notEqual(kidOf(before), kid);
  assert.equal(kidOf(after), kid);
  for (const each of [before, after]) {
    assert.equal((await identity.verifyToken(each)).subject, clientId);
    assert.equal((await other.verifyToken(each)).subject, clientId);
  }
  const { keys } = await getJson<{ keys: object[] }>(`${origin}/identity/jwks`);
  assert.equal(keys.length, 2);
});

test('signatures are checked once, unknown kids cost one reading a second', async (t) => {
  const server = await startIdentity(t);
  const keys = await openSigningKeys(server);
  let refreshes = 0;
  let found = 0;
  let now = Date.now();
  const verify = bearerVerifier({
    keys: {
      ...keys,
      find: (kid) => (found++, keys.find(kid)),
      refresh: async () => {
        refreshes++;
      },
    },
    clock: () => now,
    isRevoked: async () => false,
    isJobLive: async () => true,
    isUserActive: async () => true,
    findFacts: async () => ({
      kind: 'app',
      organizationId: server.first.organization.id,
      appScopes: ['OR.Jobs'],
      userScopes: [],
      secrets: [],
    }),
    remembered: 2,
  });
  const tokens = await Promise.all([1, 2, 3].map(() => appToken(server)));
  const [first, second, third] = tokens as [string, string, string];
  assert.equal((await verify(first)).principal, (await verify(first)).principal);
  const once = found;
  await verify(second);
  await verify(first);
  assert.equal(found, once * 2);
  await verify(third); // the second was used longest ago, and goes
  await verify(first);
  assert.equal(found, once * 3);
  await verify(second);
  assert.equal(found, once * 4);

  const claims = decodeJwt(first);
  const unknown = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: 'unknown' })
    .sign(keys.current().privateKey);
  now += 5000;
  await Promise.all([1, 2, 3].map(() => assert.rejects(verify(unknown), refusal('invalid'))));
  assert.equal(refreshes, 1);
});

test('of two sign-ins of one person the one that was ended is out, whichever is asked for first', async (t) => {
  const server = await startIdentity(t);
  const { identity, db, first, time } = server;
  const { id: subject } = await person(server);
  const tokenOf = async (grant: string): Promise<string> => {
    await db.execute(sql`insert into oidc_records (kind, id, payload) values ('Grant', ${grant}, '{}')`);
    return identity.issueToken({
      kind: 'user',
      subject,
      clientId: 'tests',
      organizationId: first.organization.id,
      scopes: ['openid'],
      lifetimeSeconds: 600,
      extra: { grant },
    });
  };
  const [ended, other] = [await tokenOf('ended'), await tokenOf('other')];
  for (const token of [ended, other]) await identity.verifyToken(token);
  await db.execute(sql`delete from oidc_records where id = 'ended'`);
  time.ahead = 1001;
  await identity.verifyToken(other);
  await assert.rejects(identity.verifyToken(ended), refusal('revoked'));
  time.ahead = 2002;
  await assert.rejects(identity.verifyToken(ended), refusal('revoked'));
  await identity.verifyToken(other);
});
