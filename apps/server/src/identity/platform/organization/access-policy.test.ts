import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { refreshTokenGrant } from 'openid-client';
import sql from 'sql-template-tag';
import { SOON_MS, until } from '../../../../../../tests/until.fixture.ts';
import { type Answer, callerWith, testServer } from '../../../server.fixture.ts';
import { freePort } from '../../identity.fixture.ts';
import { allowed, choseThemselves, type Flow, flowOf, REDIRECT } from '../../sign-in/flow.fixture.ts';

// What signs people in stands in addresses: the port has to be known before.
const server = await testServer({ after }, { BATON_PORT: String(await freePort()) });
const { admin, organizationId, db } = server;
const API = '/identity/api';
const POLICY = `${API}/PartitionAccessPolicy/${organizationId}`;
const here = { partitionGlobalId: organizationId };
const PASSWORD = 'correct horse battery';
const scope = 'openid offline_access OR.Jobs';

function good(answer: Answer, status = 200) {
  assert.equal(answer.status, status, answer.text);
  return answer.body;
}

const app = good(
  await admin.post(`${API}/ExternalClient`, {
    ...here,
    name: 'Somebody’s',
    isConfidential: false,
    redirectUri: REDIRECT,
    scopes: [{ name: 'OR.Jobs', type: 0 }],
  }),
  201,
);

async function person(userName: string): Promise<string> {
  good(await admin.post(`${API}/User`, { ...here, userName, password: PASSWORD }));
  return (await choseThemselves(db, userName)).id;
}

/** The page after name and password, in a browser of its own. */
async function signIn(login: string): Promise<{ readonly flow: Flow; readonly entered: boolean }> {
  const at = { identity: server.parts.identity, origin: server.url };
  const flow = await flowOf(at, app.id, undefined);
  await flow.begin({ scope });
  const page = await flow.browser.submit({ login, password: PASSWORD }, 'password');
  const entered = page.text.includes('<h1>Allow access?</h1>') || page.url.href.startsWith(REDIRECT);
  if (!entered) assert.match(page.text, /The user name or the password is not right/);
  if (page.text.includes('<h1>Allow access?</h1>'))
    kept.set(login, await flow.tokens(await allowed(flow, page)));
  else if (entered) kept.set(login, await flow.tokens(page));
  return { flow, entered };
}
const kept = new Map<string, Awaited<ReturnType<Flow['tokens']>>>();

const profile = async (token: string): Promise<number> =>
  (await callerWith(server.url, token).get(`${API}/Account/Profile`)).status;

/** What is remembered of a bearer is a second old at most. */
async function becomes(status: number, token: string): Promise<void> {
  await until(`the profile answers ${status}`, async () => (await profile(token)) === status, SOON_MS);
}

const byPassword = async (usernameOrEmailAddress: string): Promise<number> =>
  (await server.anonymous.post('/api/Account/Authenticate', { usernameOrEmailAddress, password: PASSWORD }))
    .status;

describe('the access policy', () => {
  it('lets in whom it names, members of groups it names, and administrators', async () => {
    const [ada, bob] = [await person('ada'), await person('bob')];
    assert.deepEqual(good(await admin.get(POLICY)), [], 'nobody named: everybody');
    const { flow } = await signIn('ada');
    assert.equal((await signIn('bob')).entered, true);
    const [a, b] = [kept.get('ada')!, kept.get('bob')!];
    const session = await server.parts.identity.issueToken({
      kind: 'user',
      subject: bob,
      clientId: 'tests',
      organizationId,
      stamp: 1,
      scopes: ['IdentityServerApi'],
      lifetimeSeconds: 600,
    });
    const expiryTime = new Date(Date.now() + 7 * 86_400_000).toISOString();
    const pat = good(
      await callerWith(server.url, session).post(`${API}/ReferenceToken`, {
        description: 'mine',
        scopes: ['OR.Jobs'],
        expiryTime,
      }),
      201,
    ).token;
    assert.equal(await profile(pat), 200);

    const staff = good(
      await admin.post(`${API}/Group`, { ...here, name: 'Staff', directoryUserMemberIDs: [ada] }),
      201,
    ).id;
    const list = good(await admin.put(POLICY, { entitiesToAdd: [staff] }));
    assert.deepEqual(list, [
      {
        objectType: 'DirectoryGroup',
        source: 'local',
        identifier: staff,
        name: 'Staff',
        displayName: 'Staff',
        email: null,
      },
    ]);
    assert.deepEqual(good(await admin.get(POLICY)), list);

    await becomes(401, b.access_token);
    await becomes(401, pat);
    await assert.rejects(refreshTokenGrant(flow.config, b.refresh_token!), { error: 'invalid_grant' });
    assert.equal((await signIn('bob')).entered, false);
    assert.equal(await byPassword('bob'), 400);
    assert.equal(await profile(a.access_token), 200);
    const renewed = await refreshTokenGrant(flow.config, a.refresh_token!);
    assert.equal(await profile(renewed.access_token), 200);
    assert.equal((await signIn('ada')).entered, true);

    // As it was read, too.
    const entity = {
      objectType: 'DirectoryUser',
      source: 'local',
      identifier: bob.toUpperCase(),
      name: 'bob',
    };
    const both = good(await admin.put(POLICY, { entitiesToAdd: [entity, staff], entitiesToRemove: [] }));
    assert.deepEqual(
      both.map(({ name }: { name: string }) => name),
      ['Staff', 'bob'],
    );
    assert.equal((await signIn('bob')).entered, true);
    await becomes(200, pat);
    good(await admin.put(`${API}/Group/${staff}`, { ...here, directoryUserIDsToRemove: [ada] }));
    await becomes(401, renewed.access_token);
    assert.equal((await signIn('ada')).entered, false);

    // Whoever deletes what is named opens nothing; whoever takes the last one out does.
    assert.equal((await admin.delete(`${API}/Group/${organizationId}/${staff}`)).status, 204);
    assert.equal((await admin.delete(`${API}/User/${bob}`)).status, 204);
    assert.deepEqual(good(await admin.get(POLICY)), []);
    assert.equal((await signIn('ada')).entered, false);
    assert.deepEqual(good(await admin.put(POLICY, { entitiesToAdd: [] })), []);
    assert.equal((await signIn('ada')).entered, false);
    good(await admin.put(POLICY, { entitiesToAdd: [ada] }));
    assert.deepEqual(good(await admin.put(POLICY, { entitiesToRemove: [ada] })), []);
    assert.equal((await signIn('ada')).entered, true);

    const audit = await db.query<{ details: { after: { entities: { name: string }[] } } }>(
      sql`select details from identity_audit where category = 'PartitionAccessPolicy' order by id`,
    );
    assert.deepEqual(audit[0]!.details.after.entities, [{ name: 'Staff', identifier: staff }]);
  });

  it('refuses what is nobody', async () => {
    const elsewhere = await db.first<{ id: string }>(sql`
      with o as (insert into organizations (name, display_name) values ('E', 'E') returning id)
      insert into identity_users (organization_id, user_name) select id, 'x' from o returning id`);
    const known = await person('carol');
    for (const nothing of [{}, { enabled: true }]) {
      const refused = await admin.put(POLICY, nothing);
      assert.equal(refused.status, 400);
      assert.ok('entitiesToAdd' in refused.body.errors, refused.text);
    }
    for (const [bad, field] of [
      [[known, randomUUID()], 'entitiesToAdd[1]'],
      [[elsewhere!.id], 'entitiesToAdd[0]'],
      [['nobody'], 'entitiesToAdd[0]'],
      [[7], 'entitiesToAdd[0]'],
      [[null], 'entitiesToAdd[0]'],
      [[{ name: 'Staff' }], 'entitiesToAdd[0]'],
      ['x', 'entitiesToAdd'],
    ] as const) {
      const refused = await admin.put(POLICY, { entitiesToAdd: bad });
      assert.equal(refused.status, 400, refused.text);
      assert.ok(
        Object.keys(refused.body.errors).some((name) => name.startsWith(field)),
        refused.text,
      );
    }
    assert.deepEqual(good(await admin.get(POLICY)), []);
    assert.equal((await signIn('carol')).entered, true);
  });
});
