import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import * as client from 'openid-client';
import sql from 'sql-template-tag';
import { testServer } from '../../server.fixture.ts';
import { endGrants } from '../clients/applications.ts';
import { startIdentity, type TestIdentity } from '../identity.fixture.ts';
import { allowed, flow, person, REDIRECT } from '../sign-in/flow.fixture.ts';

// What a token was given for, taken away: on any node the token opens it no more, a second later.

const MORE_THAN_A_SECOND = 1001;
const ENDS = { name: 'InvalidToken', reason: 'revoked' };

interface Given {
  /** Of the application itself, fetched with each of its two secrets. */
  readonly first: string;
  readonly second: string;
  readonly clientId: string;
}

async function twoSecrets(server: TestIdentity): Promise<Given> {
  const { clientId, secret } = await server.application({ appScopes: ['OR.Jobs', 'OR.Queues.Read'] });
  const [token] = [await tokenOf(server, clientId, secret)];
  await server.db.execute(sql`
    insert into external_app_secrets (client_id, hash) values (${clientId}, sha256('another secret'::bytea))`);
  return { clientId, first: token, second: await tokenOf(server, clientId, 'another secret') };
}

async function tokenOf(server: TestIdentity, client_id: string, client_secret: string): Promise<string> {
  const answer = await server.token({ grant_type: 'client_credentials', client_id, client_secret });
  assert.equal(answer.status, 200);
  return answer.body.access_token;
}

test('of an application', async (t) => {
  const table: [
    what: string,
    change: (server: TestIdentity, clientId: string) => Promise<unknown>,
    first: readonly string[] | undefined,
    second: readonly string[] | undefined,
  ][] = [
    ['nothing', async () => undefined, ['OR.Jobs', 'OR.Queues.Read'], ['OR.Jobs', 'OR.Queues.Read']],
    ['a scope', setScopes(['OR.Jobs']), ['OR.Jobs'], ['OR.Jobs']],
    [
      'all of a scope but reading',
      setScopes(['OR.Jobs.Read', 'OR.Queues.Read']),
      ['OR.Queues.Read'],
      ['OR.Queues.Read'],
    ],
    ['all scopes', setScopes([]), [], []],
    ['a secret', deleteFirstSecret, undefined, ['OR.Jobs', 'OR.Queues.Read']],
    ['a secret by its expiry', expireFirstSecret, undefined, ['OR.Jobs', 'OR.Queues.Read']],
    ['itself', remove, undefined, undefined],
  ];
  for (const [what, change, first, second] of table) {
    await t.test(what, async (each) => {
      const server = await startIdentity(each as TestContext);
      const other = await server.node();
      const given = await twoSecrets(server);
      for (const token of [given.first, given.second])
        assert.deepEqual([...(await other.verifyToken(token)).scopes], ['OR.Jobs', 'OR.Queues.Read']);
      await change(server, given.clientId);
      server.time.ahead += MORE_THAN_A_SECOND;
      for (const [token, scopes] of [
        [given.first, first],
        [given.second, second],
      ] as const) {
        if (scopes) assert.deepEqual([...(await other.verifyToken(token)).scopes], scopes);
        else await assert.rejects(other.verifyToken(token), ENDS);
      }
    });
  }
});

const setScopes = (scopes: readonly string[]) => (server: TestIdentity, clientId: string) =>
  server.db.execute(sql`update external_apps set app_scopes = ${scopes} where client_id = ${clientId}`);
const FIRST_SECRET = (clientId: string) =>
  sql`id = (select min(id) from external_app_secrets where client_id = ${clientId})`;
const deleteFirstSecret = ({ db }: TestIdentity, clientId: string) =>
  db.execute(sql`delete from external_app_secrets where ${FIRST_SECRET(clientId)}`);
const expireFirstSecret = ({ db }: TestIdentity, clientId: string) =>
  db.execute(sql`update external_app_secrets set expires_at = now() where ${FIRST_SECRET(clientId)}`);
const remove = ({ db }: TestIdentity, clientId: string) =>
  db.execute(sql`delete from external_apps where client_id = ${clientId}`);

test('of a machine: the secret that its token was fetched with', async (t) => {
  const server = await startIdentity(t);
  const other = await server.node();
  const fetched = await Promise.all(
    ['first machine secret', 'second machine secret'].map((secret) =>
      tokenOf(server, server.machine.licenseKey, secret),
    ),
  );
  for (const token of fetched) assert.equal((await other.verifyToken(token)).kind, 'machine');
  (server.machine.secretHashes as Buffer[]).shift();
  server.time.ahead += MORE_THAN_A_SECOND;
  await assert.rejects(other.verifyToken(fetched[0]!), ENDS);
  assert.equal((await other.verifyToken(fetched[1]!)).kind, 'machine');
});

test('of a machine: itself, where another one has its license key now', async (t) => {
  const server = await startIdentity(t);
  const other = await server.node();
  const token = await tokenOf(server, server.machine.licenseKey, 'first machine secret');
  assert.equal((await other.verifyToken(token)).subject, server.machine.machineKey);
  Object.assign(server.machine, { machineKey: randomUUID() });
  server.time.ahead += MORE_THAN_A_SECOND;
  await assert.rejects(other.verifyToken(token), ENDS);
});

test('of an application that acts for a person', async (t) => {
  const table: [
    what: string,
    change: (server: TestIdentity, clientId: string) => Promise<unknown>,
    left: readonly string[] | undefined,
    mayRefresh: boolean,
  ][] = [
    ['a scope', setUserScopes(['OR.Assets.Read']), ['OR.Assets.Read'], true],
    ['a secret', deleteFirstSecret, undefined, false],
    ['a redirect URI', endAt(REDIRECT), undefined, false],
    ['another redirect URI', endAt('https://other.example/'), ['OR.Jobs', 'OR.Assets.Read'], true],
    ['itself', remove, undefined, false],
  ];
  for (const [what, change, left, mayRefresh] of table) {
    await t.test(what, async (each) => {
      const server = await startIdentity(each as TestContext);
      const other = await server.node();
      await person(server);
      const app = await flow(server);
      const tokens = await app.tokens(await allowed(app, await app.signIn()));
      const scopesOf = async (token: string): Promise<string[]> =>
        [...(await other.verifyToken(token)).scopes].filter((scope) => scope.startsWith('OR.'));
      assert.deepEqual(await scopesOf(tokens.access_token), ['OR.Jobs', 'OR.Assets.Read']);
      await change(server, app.clientId);
      server.time.ahead += MORE_THAN_A_SECOND;
      if (left) assert.deepEqual(await scopesOf(tokens.access_token), left);
      else await assert.rejects(other.verifyToken(tokens.access_token), ENDS);
      const refreshing = client.refreshTokenGrant(app.config, tokens.refresh_token!);
      if (!mayRefresh) return assert.rejects(refreshing);
      assert.deepEqual(await scopesOf((await refreshing).access_token), left);
    });
  }
});

const setUserScopes = (scopes: readonly string[]) => (server: TestIdentity, clientId: string) =>
  server.db.execute(sql`update external_apps set user_scopes = ${scopes} where client_id = ${clientId}`);
const endAt = (uri: string) => (server: TestIdentity, clientId: string) =>
  endGrants(server.db, clientId, [uri]);

test('a redirect URI taken by the API ends the grants whose codes went there, and no others', async (t) => {
  const server = await testServer(t);
  const body = {
    partitionGlobalId: server.organizationId,
    name: 'Redirected',
    isConfidential: true,
    redirectUri: 'https://one.example/,https://two.example/',
    scopes: [{ name: 'OR.Jobs', type: 0 }],
  };
  const made = await server.admin.post('/identity_/api/ExternalClient', body);
  assert.equal(made.status, 201, made.text);
  const { id } = made.body as { id: string };
  for (const [grant, uri] of [
    ['a', 'https://one.example/'],
    ['b', 'https://two.example/'],
  ])
    await server.db.execute(sql`
      insert into oidc_records (kind, id, payload, redirect_uris)
      values ('Grant', ${grant}, ${JSON.stringify({ clientId: id })}, array[${uri}])`);
  const changed = await server.admin.put(`/identity_/api/ExternalClient/${server.organizationId}/${id}`, {
    ...body,
    redirectUri: 'https://two.example/',
  });
  assert.equal(changed.status, 200, changed.text);
  const left = await server.db.query(sql`select id from oidc_records where kind = 'Grant'`);
  assert.deepEqual(left, [{ id: 'b' }]);
});
