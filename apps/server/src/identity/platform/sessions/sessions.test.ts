import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import * as client from 'openid-client';
import sql from 'sql-template-tag';
import { until } from '../../../../../../tests/until.fixture.ts';
import { untilWaiting } from '../../../kernel/db/test-database.ts';
import { type Answer, type Caller, callerWith, signedIn, testServer } from '../../../server.fixture.ts';
import { createApplication } from '../../clients/applications.ts';
import { COMMAND_CLIENT } from '../../clients/clients.ts';
import { freePort } from '../../identity.fixture.ts';
import { endSessions } from '../../sessions/end-sessions.ts';
import { allowed, choseThemselves, type Flow, flowOf, PASSWORD } from '../../sign-in/flow.fixture.ts';
import { API, good, problem } from '../platform.fixture.ts';

// Where a person is signed in, and which applications act for them: seen, ended, and ended for good.

const server = await testServer({ after }, { BATON_PORT: String(await freePort()) });
const { admin, organizationId, db } = server;
const { issuer } = server.parts.identity;
const at = { identity: { issuer }, origin: server.url };
const REDIRECT = 'https://app.example/callback';
const SCOPE = 'openid offline_access PM.User OR.Users.Read';
const REFUSED = { error: 'invalid_grant' };

interface Person {
  readonly id: string;
  readonly sessions: string;
  readonly applications: string;
}

async function person(userName: string): Promise<Person> {
  const made = { userName, email: `${userName}@example.com`, password: PASSWORD };
  good(await admin.post(`${API}/User`, { ...made, partitionGlobalId: organizationId }));
  const { id } = await choseThemselves(db, userName);
  return { id, sessions: `${API}/User/${id}/Sessions`, applications: `${API}/User/${id}/Applications` };
}

async function application(name: string): Promise<{ clientId: string; secret: string }> {
  const { clientId, secret } = await createApplication(db, {
    organizationId,
    name,
    isConfidential: true,
    appScopes: [],
    userScopes: ['openid', 'offline_access', 'PM.User', 'OR.Users.Read'],
    redirectUris: [REDIRECT],
  });
  return { clientId, secret: secret! };
}

interface SignedIn {
  readonly app: Flow;
  readonly tokens: client.TokenEndpointResponse;
  readonly caller: Caller;
}

/** In a browser of their own, through an application that may refresh its tokens. */
async function signIn(
  login: string,
  { clientId, secret }: { clientId: string; secret?: string },
  redirect = REDIRECT,
): Promise<SignedIn> {
  const app = await flowOf(at, clientId, secret, redirect);
  const page = await app.begin({ scope: SCOPE });
  assert.match(page.text, /name="login"/);
  const next = await app.browser.submit({ login, password: PASSWORD }, 'password');
  const tokens = await app.tokens(await allowed(app, next));
  return { app, tokens, caller: callerWith(server.url, tokens.access_token) };
}

const isOut = ({ caller }: SignedIn): Promise<boolean> =>
  until('the access token is refused', async () => (await caller.get('/odata/Users')).status === 401);

const refresh = async ({ app, tokens }: SignedIn): Promise<client.TokenEndpointResponse> =>
  client.refreshTokenGrant(app.config, tokens.refresh_token!);

/** Whether the browser is let in at the account page without a word. */
const isIn = async ({ app }: SignedIn): Promise<boolean> =>
  (await app.browser.open(`${issuer}/account`)).url.pathname === '/identity/account';

const entriesOf = ({ id }: Person) =>
  db.query<{ action: string; actor_name: string; details: { before: { sessions?: object[] } } }>(sql`
    select action, actor_name, details from identity_audit
     where target = ${id} and action in ('EndSessions', 'RevokeApplication') order by id`);

interface Listed {
  readonly id: string;
  readonly isCurrent: boolean;
}
const list = async (caller: Caller, path: string): Promise<readonly Listed[]> =>
  good(await caller.get(path)).results;

test('a person sees their sessions, ends one, and then all others', async () => {
  const ada = await person('ada');
  const app = await application('Invoices');
  const [here, there, third] = [await signIn('ada', app), await signIn('ada', app), await signIn('ada', app)];
  const page = good(await here.caller.get(ada.sessions));
  assert.equal(page.totalCount, 3);
  const first = page.results.find((each: Listed) => each.isCurrent);
  const { id, creationTime, lastUsedTime, expiryTime, ...rest } = first;
  assert.deepEqual(rest, { clientIpAddress: '127.0.0.1', browserInfo: 'node', isCurrent: true });
  const [began, used, ends] = [creationTime, lastUsedTime, expiryTime].map(Date.parse);
  assert.ok(began! <= used! && used! < ends!, JSON.stringify(first));
  const ids = (await list(here.caller, ada.sessions)).map((each) => each.id);
  const current = (await list(there.caller, ada.sessions)).find((each) => each.isCurrent);
  assert.ok(current && current.id !== id && ids.includes(current.id));

  const refreshed = await refresh(there);
  good(await here.caller.delete(`${ada.sessions}/${current.id}`), 204);
  problem(await here.caller.delete(`${ada.sessions}/${current.id}`), 404);
  await assert.rejects(client.refreshTokenGrant(there.app.config, refreshed.refresh_token!), REFUSED);
  await isOut(there);
  assert.deepEqual([await isIn(here), await isIn(there), await isIn(third)], [true, false, true]);
  assert.equal((await list(here.caller, ada.sessions)).length, 2);

  good(await here.caller.delete(`${ada.sessions}?exceptCurrent=true`), 204);
  await assert.rejects(refresh(third), REFUSED);
  await isOut(third);
  assert.deepEqual([await isIn(here), await isIn(third)], [true, false]);
  await refresh(here);
  assert.deepEqual(
    (await list(here.caller, ada.sessions)).map((each) => each.id),
    [id],
  );
  good(await here.caller.delete(`${ada.sessions}?exceptCurrent=true`), 204);
  const entries = await entriesOf(ada);
  assert.deepEqual(
    entries.map(({ action, actor_name, details }) => [action, actor_name, details.before.sessions?.length]),
    [
      ['EndSessions', 'ada', 1],
      ['EndSessions', 'ada', 1],
    ],
    'nothing to end is not told',
  );
  assert.doesNotMatch(JSON.stringify(entries), /uid/);
});

test('an administrator ends those of others, and with all of them every token', async () => {
  const grace = await person('grace');
  const app = await application('Reports');
  const [one, two] = [await signIn('grace', app), await signIn('grace', app)];
  const sessions = await list(admin, grace.sessions);
  assert.deepEqual([sessions.length, sessions.some(({ isCurrent }) => isCurrent)], [2, false]);
  const byPassword = await signedIn(server, grace.id);
  good(await admin.delete(`${grace.sessions}/${sessions[0]!.id}`), 204);
  assert.deepEqual([await isIn(one), await isIn(two)].toSorted(), [false, true]);
  assert.equal((await byPassword.get(grace.sessions)).status, 200, 'no session stands behind it');
  good(await admin.delete(grace.sessions), 204);
  assert.deepEqual([await isIn(one), await isIn(two)], [false, false]);
  for (const each of [one, two]) await assert.rejects(refresh(each), REFUSED);
  await until('no token opens anything', async () => (await byPassword.get(grace.sessions)).status === 401);
  assert.deepEqual(await list(admin, grace.sessions), []);
  const told = (await entriesOf(grace)).map(({ action, actor_name }) => [action, actor_name]);
  assert.deepEqual(told, [
    ['EndSessions', 'admin'],
    ['EndSessions', 'admin'],
  ]);
});

test('signed out on the page, a session is over, and the command that came from it is not', async () => {
  const linus = await person('linus');
  const command = await signIn('linus', { clientId: COMMAND_CLIENT }, 'http://127.0.0.1/signed-in');
  await command.app.browser.open(`${issuer}/connect/endsession`);
  await command.app.browser.submit({});
  assert.equal(await isIn(command), false);
  assert.deepEqual(await list(admin, linus.sessions), []);
  const { access_token } = await refresh(command);
  const caller = callerWith(server.url, access_token);
  const [listed, ...more] = good(await caller.get(linus.applications)).results;
  assert.deepEqual([listed.name, listed.clientId, more], ['Baton command', COMMAND_CLIENT, []]);
  good(await caller.delete(`${linus.sessions}?exceptCurrent=true`), 204);
  good(await admin.delete(`${linus.sessions}?exceptCurrent=true`), 204);
  await until('others are ended by whoever is not one of them', async () => {
    return (await caller.get(linus.applications)).status === 401;
  });
});

test('a person sees what applications may do, and takes it back from one', async () => {
  const edsger = await person('edsger');
  const [one, other] = [await application('One'), await application('Other')];
  const here = await signIn('edsger', other);
  const there = await signIn('edsger', one);
  const again = await signIn('edsger', one);
  const page = good(await here.caller.get(edsger.applications));
  assert.deepEqual(
    page.results.map(({ name, scopes }: { name: string; scopes: string[] }) => [name, scopes.toSorted()]),
    [
      ['One', ['OR.Users.Read', 'PM.User', 'offline_access', 'openid']],
      ['Other', ['OR.Users.Read', 'PM.User', 'offline_access', 'openid']],
    ],
  );
  // Seconds of oidc-provider's, beside microseconds of the database's.
  for (const { creationTime, lastUsedTime } of page.results)
    assert.ok(Date.parse(creationTime) < Date.parse(lastUsedTime) + 1000);
  const path = `${edsger.applications}/${one.clientId}`;
  good(await here.caller.delete(path), 204);
  problem(await here.caller.delete(path), 404);
  for (const each of [there, again]) {
    await assert.rejects(refresh(each), REFUSED);
    await isOut(each);
  }
  assert.equal(await isIn(there), true, 'the session is the person’s own');
  await refresh(here);
  const asked = await there.app.begin({ scope: SCOPE });
  assert.match(asked.text, /<h1>Allow access\?<\/h1>/, 'it asks again');
  await there.app.tokens(await allowed(there.app, asked));
  good(await admin.delete(path), 204);
  const told = (await entriesOf(edsger)).map(({ action, actor_name }) => [action, actor_name]);
  assert.deepEqual(told, [
    ['RevokeApplication', 'edsger'],
    ['RevokeApplication', 'admin'],
  ]);
});

test('what is not one’s own: sessions and applications of others, of other organizations', async () => {
  const [alan, kurt] = [await person('alan'), await person('kurt')];
  const app = await application('Own');
  const mine = await signIn('alan', app);
  const theirs = await signIn('kurt', app);
  const [session] = await list(theirs.caller, kurt.sessions);
  const elsewhere = await strangerIn('Elsewhere');
  const narrow = callerWith(server.url, await tokenFor(kurt.id, organizationId, ['PM.User.Read']));
  const other = callerWith(server.url, await tokenFor(kurt.id, organizationId, ['OR.Users']));
  const rows: [who: string, by: Caller, path: string, read: number | undefined, end: number][] = [
    ['another person’s session as one’s own', mine.caller, `${alan.sessions}/${session!.id}`, undefined, 404],
    ['another person’s session', mine.caller, `${kurt.sessions}/${session!.id}`, undefined, 403],
    ['another person’s sessions', mine.caller, kurt.sessions, 403, 403],
    ['another person’s applications', mine.caller, kurt.applications, 403, 403],
    ['another person’s application', mine.caller, `${kurt.applications}/${app.clientId}`, undefined, 403],
    ['another organization’s session', elsewhere, `${kurt.sessions}/${session!.id}`, undefined, 404],
    ['another organization’s sessions', elsewhere, kurt.sessions, 404, 404],
    ['another organization’s application', elsewhere, `${kurt.applications}/${app.clientId}`, undefined, 404],
    ['nobody', server.anonymous, `${kurt.sessions}/${session!.id}`, undefined, 401],
    ['nobody', server.anonymous, kurt.sessions, 401, 401],
    ['a scope that reads', narrow, `${kurt.sessions}/${session!.id}`, undefined, 403],
    ['a scope that reads', narrow, kurt.sessions, 200, 403],
    ['a scope of elsewhere', other, kurt.sessions, 403, 403],
    ['what is not there', theirs.caller, `${kurt.sessions}/${randomUUID()}`, undefined, 404],
    ['what is not there', theirs.caller, `${kurt.applications}/${randomUUID()}`, undefined, 404],
    ['a person who is not there', admin, `${API}/User/${randomUUID()}/Sessions`, 404, 404],
  ];
  for (const [who, by, path, read, end] of rows) {
    // Of applications there is no taking back of all at once.
    const answers: [Answer, number][] = path.endsWith('/Applications') ? [] : [[await by.delete(path), end]];
    if (read !== undefined) answers.push([await by.get(path), read]);
    for (const [answer, status] of answers) assert.equal(answer.status, status, `${who}: ${answer.text}`);
  }
  assert.deepEqual([await isIn(mine), await isIn(theirs)], [true, true]);
  await refresh(theirs);
});

const tokenFor = (subject: string, organization: string, scopes: string[]): Promise<string> =>
  server.parts.identity.issueToken({
    kind: 'user',
    subject,
    clientId: 'tests',
    organizationId: organization,
    scopes,
    lifetimeSeconds: 3600,
  });

/** An administrator of another organization. */
async function strangerIn(name: string): Promise<Caller> {
  const { id } = (await db.first<{ id: string }>(sql`
    insert into organizations (name, display_name) values (${name}, ${name}) returning id`))!;
  await db.execute(sql`insert into tenants (organization_id, name, display_name) values (${id}, 'T', 'T')`);
  const user = (await db.first<{ id: string }>(sql`
    insert into identity_users (organization_id, user_name, is_organization_admin)
    values (${id}, 'boss', true) returning id`))!;
  server.parts.services.live.notify('tenants');
  return callerWith(server.url, await tokenFor(user.id, id, ['OrchestratorApiUserAccess']));
}

test('what is under way as a session is ended, or an application loses its right, comes too late', async () => {
  const nia = await person('nia');
  const app = await application('Race');
  const owner = { id: nia.id, userName: 'nia' };
  const actor = { organizationId, by: undefined, ip: undefined, source: 'Identity' } as const;

  const session = await signIn('nia', app);
  let late: ReturnType<Flow['begin']> | undefined;
  await db.transaction(async (tx) => {
    const [one] = await list(admin, nia.sessions);
    await endSessions(tx, actor, owner, { which: { id: one!.id }, now: new Date() });
    late = session.app.begin({ scope: SCOPE });
    await untilWaiting(db, 1);
  });
  assert.equal((await late!).url.searchParams.get('error'), 'access_denied');
  assert.equal(await isIn(session), false, 'it is not stored once more');
  assert.deepEqual(await list(admin, nia.sessions), []);

  const allowing = await signIn('nia', app);
  await db.transaction(async (tx) => {
    await tx.execute(sql`delete from consents where user_id = ${nia.id}`);
    late = allowing.app.begin({ scope: SCOPE });
    await untilWaiting(db, 1);
  });
  assert.equal((await late!).url.searchParams.get('error'), 'access_denied');
});
