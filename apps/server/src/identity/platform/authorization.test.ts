import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { decodeJwt, generateKeyPair, SignJWT } from 'jose';
import { accessKindOf } from '../../kernel/contract/access-kind.ts';
import type { Operation } from '../../kernel/contract/operation.ts';
import { type Answer, type Caller, callerWith, testServer } from '../../server.fixture.ts';
import { ADMINISTER } from './declaration.ts';
import { platformRoutes } from './routes.ts';

const server = await testServer({ after });
const { admin, organizationId, db } = server;
const somebody = await personOf((await server.user()).userId);
const plainUser = await server.user();
const elsewhere = await otherOrganization();

async function personOf(userId: number | undefined): Promise<string> {
  const text = 'select directory_identifier as id from users where id = $1';
  return (await db.first<{ id: string }>({ text, values: [userId] }))!.id;
}

async function first(text: string, values: unknown[]): Promise<string> {
  return (await db.first<{ id: string }>({ text, values }))!.id;
}

/** An administrator of another organization, with all scopes. */
async function otherOrganization(): Promise<{ id: string; admin: Caller }> {
  const id = await first(
    `insert into organizations (name, display_name) values ('Elsewhere', 'Elsewhere') returning id`,
    [],
  );
  await first(
    `insert into tenants (organization_id, name, display_name) values ($1, 'T', 'T') returning id`,
    [id],
  );
  const user = await first(
    `insert into identity_users (organization_id, user_name, is_organization_admin) values ($1, 'boss', true) returning id`,
    [id],
  );
  server.parts.services.live.notify('tenants');
  return { id, admin: callerWith(server.url, await issue(user, id, ['OrchestratorApiUserAccess'])) };
}

function issue(
  subject: string,
  organization: string,
  scopes: string[],
  lifetimeSeconds = 3600,
): Promise<string> {
  const { issueToken } = server.parts.identity;
  return issueToken({
    kind: 'user',
    subject,
    clientId: 'tests',
    organizationId: organization,
    scopes,
    lifetimeSeconds,
  });
}

/** The same claims, signed by somebody else. */
async function forged(): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  return new SignJWT(decodeJwt(admin.token!))
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' })
    .sign(privateKey);
}

/** The operation as its own example has it, with ids that are somebody's. */
function call(operation: Operation, by: Caller, organization = organizationId): Promise<Answer> {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'partitionGlobalId') return organization;
    if (name === 'userId') return somebody;
    return operation.params?.[name]?.kind === 'guid' ? randomUUID() : '1';
  });
  const query = operation.query && 'userId' in operation.query ? `?userId=${somebody}&key=x` : '';
  const example = operation.example as Record<string, unknown> | undefined;
  const body = example && {
    ...example,
    ...('partitionGlobalId' in example ? { partitionGlobalId: organization } : {}),
    ...('userId' in example ? { userId: somebody } : {}),
  };
  const init = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {};
  return by.send(operation.method, path + query, init);
}

const operations = platformRoutes.map((route) => route.operation);
const needsToken = operations.filter((operation) => !operation.callers?.includes('anonymous'));
const takesOrganization = (operation: Operation): boolean =>
  operation.path.includes('{partitionGlobalId}') ||
  (operation.example as { partitionGlobalId?: string | null } | undefined)?.partitionGlobalId !== undefined;

/** What is free to all, or about the caller alone. */
const OWN = new Set([
  'ReferenceToken_GetAll',
  'ReferenceToken_Get',
  'ReferenceToken_Create',
  'ReferenceToken_Regenerate',
  'ReferenceToken_Delete',
  'ReferenceToken_BulkDelete',
  'ReferenceToken_Revoke',
]);

function refused(answer: Answer, status: number, what: string): void {
  assert.equal(answer.status, status, `${what}: ${answer.text}`);
  assert.equal(answer.body.status, status, what);
  assert.match(answer.body.traceId, /^00-/);
}

describe('every operation of Identity refuses', async () => {
  const expired = callerWith(
    server.url,
    await issue(somebody, organizationId, ['OrchestratorApiUserAccess'], -60),
  );
  const wrongKey = callerWith(server.url, await forged());
  const app = await server.app(['OR.Default', 'OR.Users']);
  const job = callerWith(
    server.url,
    await server.parts.identity.issueToken({
      kind: 'machine',
      subject: randomUUID(),
      organizationId,
      tenantId: server.tenant.id,
      scopes: ['OR.Default'],
      lifetimeSeconds: 3600,
      extra: { machine_id: 1 },
    }),
  );

  for (const operation of needsToken) {
    it(`${operation.method} ${operation.path}`, async () => {
      refused(await call(operation, server.anonymous), 401, 'no token');
      refused(await call(operation, expired), 401, 'expired');
      refused(await call(operation, wrongKey), 401, 'wrong key');
      refused(await call(operation, job), 401, 'a machine that does not exist');
      if (operation.scope) {
        const narrow = accessKindOf(operation) === 'Read' ? 'Write' : 'Read';
        const wrong = [['OR.Users', 'OR.Default'], [`${operation.scope}.${narrow}`], ['PM.Nothing']];
        for (const scopes of wrong) {
          const answer = await call(
            operation,
            callerWith(server.url, await issue(somebody, organizationId, scopes)),
          );
          refused(answer, 403, scopes.join());
          assert.match(answer.body.errorMessage, /^Scope\(s\) '.*' is\(are\) invalid\. Expect to have '/);
        }
        refused(await call(operation, app), 403, 'an application for Orchestrator');
      }
      if (operation.permission === ADMINISTER) refused(await call(operation, plainUser), 403, 'plain user');
      else if (operation.path.includes('{userId}') || operation.tag === 'Setting')
        refused(await call(operation, plainUser), 403, 'plain user, of somebody else');
      else assert.ok(OWN.has(operation.id) || operation.scope === null, `${operation.id} is for everybody?`);
      if (!takesOrganization(operation)) return;
      for (const id of [randomUUID(), elsewhere.id])
        refused(await call(operation, admin, id), 403, 'another organization');
      refused(await call(operation, elsewhere.admin), 403, 'from another organization');
    });
  }
});

describe('an organization', () => {
  it('has no users, groups or certificates of another', async () => {
    const { admin: stranger, id } = elsewhere;
    const group = (
      await admin.post('/identity/api/Group', { partitionGlobalId: organizationId, name: 'Ours' })
    ).body.id;
    const calls: [string, string, unknown?][] = [
      ['GET', `/identity/api/User/${somebody}`],
      ['PUT', `/identity/api/User/${somebody}`, { name: 'x' }],
      ['DELETE', `/identity/api/User/${somebody}`],
      ['POST', `/identity/api/User/${somebody}/changepassword`, { oldPassword: 'x', newPassword: 'y' }],
      ['GET', `/identity/api/User/${somebody}/loginAttempts`],
      ['GET', `/identity/api/Group/${id}/${group}`],
      ['PUT', `/identity/api/Group/${group}`, { partitionGlobalId: id }],
      ['DELETE', `/identity/api/Group/${id}/${group}`],
    ];
    for (const [method, path, body] of calls) {
      const init = body
        ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
        : {};
      refused(await stranger.send(method, path, init), 404, `${method} ${path}`);
    }
    const mass = await stranger.delete('/identity/api/User', { partitionGlobalId: id, userIds: [somebody] });
    assert.equal(mass.status, 204);
    const stolen = await stranger.post('/identity/api/Group', {
      partitionGlobalId: id,
      name: 'G',
      directoryUserMemberIDs: [somebody],
    });
    refused(stolen, 400, 'member of another organization');
    assert.equal((await admin.get(`/identity/api/User/${somebody}`)).status, 200);
    const search = await stranger.get(`/identity/api/Directory/Search/${id}?startsWith=`);
    assert.ok(search.body.every((each: { identityName: string }) => each.identityName !== 'Ours'));
    refused(
      await admin.get(`/Elsewhere/identity_/api/Group/${organizationId}`),
      403,
      'its name in the address',
    );
  });
});

describe('an application', () => {
  it('manages what its scopes say', async () => {
    const reader = await server.app(['PM.User.Read']);
    const users = `/identity/api/User/users/${organizationId}`;
    assert.equal((await reader.get(users)).status, 200);
    refused(
      await reader.post('/identity/api/User', { partitionGlobalId: organizationId, userName: 'x' }),
      403,
      'read only',
    );
    const writer = await server.app(['PM.User']);
    assert.equal(
      (await writer.post('/identity/api/User', { partitionGlobalId: organizationId, userName: 'by-app' }))
        .status,
      200,
    );
    refused(await writer.get(`/identity/api/Group/${organizationId}`), 403, 'another scope');
    const token = await writer.post('/identity/api/ReferenceToken', {});
    refused(token, 403, 'of a person');
    assert.match(token.text, /This operation is for people, not for applications\./);
  });
});
