import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import fc from 'fast-check';
import { SOON_MS, until } from '../../../../../tests/until.fixture.ts';
import { startSecondServer } from '../../second-server.fixture.ts';
import { type Answer, type Caller, callerWith, testServer } from '../../server.fixture.ts';

/**
 * People, groups and roles change on both faces, from two server processes on one database, several changes
 * at a time. Whatever the order: the faces never disagree, and a second later nobody who is off, and no token
 * that was taken back, gets in anywhere.
 */
const BATON_ENCRYPTION_KEY = randomBytes(32).toString('base64');
const server = await testServer({ after }, { BATON_ENCRYPTION_KEY });
const { organizationId, db } = server;
const secondFolder = await mkdtemp(join(tmpdir(), 'baton-second-'));
const second = await startSecondServer(
  { after },
  {
    DATABASE_URL: server.databaseUrl,
    BATON_ENCRYPTION_KEY,
    BATON_DATA: secondFolder,
    BATON_HOST: '127.0.0.1',
    BATON_PORT: '0',
  },
);
after(() => rm(secondFolder, { recursive: true, force: true }));
assert.notEqual(second.pid, process.pid);
const urls = [server.url, second.url];
const nodes = urls.map((url) => callerWith(url, server.admin.token));
const TENANTS = ['', 'Other'];
const API = '/identity/api';
const NS = 'UiPath.Server.Configuration.OData';
const here = { partitionGlobalId: organizationId };

const tokenOf = (subject: string): Promise<string> =>
  server.parts.identity.issueToken({
    kind: 'user',
    subject,
    clientId: 'tests',
    organizationId,
    scopes: ['OrchestratorApiUserAccess'],
    lifetimeSeconds: 3600,
  });

const people = Array.from({ length: 4 }, () => randomUUID());
const names = people.map((_, i) => `both-faces-${i}`);
const groups = await Promise.all(
  [0, 1].map(
    async (i) => (await nodes[0]!.post(`${API}/Group`, { ...here, name: `faces ${i}` })).body.id as string,
  ),
);
/** Tokens that people hold: signed ones and personal access tokens. */
const held = new Map<string, { readonly token: string; readonly person: string }>();

async function makePerson(i: number, node: Caller): Promise<void> {
  await node.post(`${API}/User`, {
    ...here,
    id: people[i],
    userName: names[i],
    email: `${names[i]}@example.com`,
    name: 'N',
  });
}
for (const i of people.keys()) await makePerson(i, nodes[0]!);

const inTenant = (node: Caller, tenant: number): Caller =>
  TENANTS[tenant] ? node.with({ 'x-uipath-tenantname': TENANTS[tenant]! }) : node;

async function userIdIn(tenant: Caller, identifier: string): Promise<number | undefined> {
  const found = await tenant.get(`/odata/Users?$filter=DirectoryIdentifier eq ${identifier}`);
  return found.body.value[0]?.Id;
}

type Change = (node: Caller, i: number, tenant: number, n: number) => Promise<unknown>;

/**
 * Each may be refused (what it changes is gone, or there already): that is part of the game. An error of the
 * server is not.
 */
const CHANGES: Readonly<Record<string, Change>> = {
  rename: (node, i, _, n) =>
    node.put(`${API}/User/${people[i]}`, { name: `Name ${n}`, surname: `Surname ${n % 7}` }),
  move: (node, i, _, n) => node.put(`${API}/User/${people[i]}`, { email: `${names[i]}-${n}@example.com` }),
  switchOff: (node, i) => node.put(`${API}/User/${people[i]}`, { isActive: false }),
  switchOn: (node, i) => node.put(`${API}/User/${people[i]}`, { isActive: true }),
  remove: (node, i) => node.delete(`${API}/User/${people[i]}`),
  makeAgain: (node, i) => makePerson(i, node),
  join: (node, i, _, n) => node.put(`${API}/User/${people[i]}`, { groupIDsToAdd: [groups[n % 2]] }),
  leave: (node, i, _, n) =>
    node.put(`${API}/Group/${groups[n % 2]}`, { ...here, directoryUserIDsToRemove: [people[i]] }),
  renameGroup: (node, _, __, n) =>
    node.put(`${API}/Group/${groups[n % 2]}`, { ...here, name: `faces ${n % 2} ${n}` }),
  admit: (node, i, tenant) =>
    inTenant(node, tenant).post('/odata/Users', {
      UserName: names[i],
      Type: 'DirectoryUser',
      DirectoryIdentifier: people[i],
      Name: 'Not theirs',
    }),
  admitGroup: (node, _, tenant, n) =>
    inTenant(node, tenant).post('/odata/Users', {
      UserName: 'a group',
      Type: 'DirectoryGroup',
      DirectoryIdentifier: groups[n % 2],
      RolesList: ['Tenant Administrator'],
    }),
  changeInTenant: (node, i, tenant, n) =>
    withUser(node, i, tenant, (caller, id) =>
      caller.patch(`/odata/Users(${id})`, { Surname: `Tenant ${n}` }),
    ),
  putBack: (node, i, tenant) =>
    withUser(node, i, tenant, async (caller, id) =>
      caller.put(`/odata/Users(${id})`, (await caller.get(`/odata/Users(${id})`)).body),
    ),
  switchInTenant: (node, i, tenant, n) =>
    withUser(node, i, tenant, (caller, id) =>
      caller.post(`/odata/Users(${id})/${NS}.SetActive`, { active: n % 2 === 0 }),
    ),
  dismiss: (node, i, tenant) =>
    withUser(node, i, tenant, (caller, id) => caller.delete(`/odata/Users(${id})`)),
  giveRole: (node, i, tenant, n) =>
    withUser(node, i, tenant, (caller, id) =>
      caller.post(`/odata/Users(${id})/${NS}.ToggleRole`, {
        role: 'Tenant Administrator',
        toggle: n % 2 === 0,
      }),
    ),
  signIn: async (_, i) => {
    const person = people[i]!;
    held.set(randomUUID(), { token: await tokenOf(person), person });
  },
  makeToken: async (node, i) => {
    const person = people[i]!;
    const owner = callerWith(node === nodes[0] ? urls[0]! : urls[1]!, await tokenOf(person));
    const expiryTime = new Date(Date.now() + 10 * 86_400_000).toISOString();
    const made = await owner.post(`${API}/ReferenceToken`, {
      description: 'x',
      scopes: ['OR.Users'],
      expiryTime,
    });
    if (made.status === 201) held.set(made.body.id, { token: made.body.token, person });
    return made;
  },
  takeTokenBack: async (node, i) => {
    const own = [...held].find(([, { token, person }]) => token.startsWith('rt_') && person === people[i]);
    return own && node.delete(`${API}/ReferenceToken/${own[0]}`);
  },
};

async function withUser(
  node: Caller,
  i: number,
  tenant: number,
  change: (caller: Caller, id: number) => Promise<unknown>,
): Promise<unknown> {
  const caller = inTenant(node, tenant);
  const id = await userIdIn(caller, people[i]!);
  return id === undefined ? undefined : change(caller, id);
}

async function requireAgreement(): Promise<void> {
  const wrong = await db.query({
    text: `
      select u.tenant_id, u.user_name, 'person' as what, to_jsonb(u) - 'details' as "user", to_jsonb(i) as identity
        from users u left join identity_users i on i.id = u.directory_identifier
       where u.type in (0, 2) and u.directory_identifier is not null
         and (i.id is null or (u.name, u.surname, u.email, lower(u.user_name), u.is_active) is distinct from
              (nullif(i.name, ''), nullif(i.surname, ''), i.email, lower(i.user_name), i.is_active and not u.is_switched_off))
      union all
      select u.tenant_id, u.user_name, 'group', to_jsonb(u), to_jsonb(g)
        from users u left join identity_groups g on g.id = u.directory_identifier
       where u.type = 3 and u.user_name is distinct from g.name
      union all
      select 0, i.user_name, 'administrator', null, to_jsonb(i) from identity_users i
       where i.is_organization_admin <> exists (
         select from identity_group_members m join identity_groups g on g.id = m.group_id
          where m.user_id = i.id and g.built_in = 'Administrators')`,
    values: [],
  });
  assert.deepEqual(wrong, []);
}

/** Whether a token should be good: its owner is there and on, and a personal access token not taken back. */
const goodTokens = async (): Promise<ReadonlySet<string>> => {
  const rows = await db.query<{ id: string }>({
    text: `select id::text from personal_access_tokens t where exists (select from identity_users i where i.id = t.user_id and i.is_active)
           union all select id::text from identity_users where is_active`,
    values: [],
  });
  const ids = new Set(rows.map(({ id }) => id));
  return new Set(
    [...held]
      .filter(([id, { token, person }]) => ids.has(token.startsWith('rt_') ? id : person))
      .map(([id]) => id),
  );
};

async function requireRefusals(): Promise<void> {
  const good = await goodTokens();
  const bad = [...held].filter(([id]) => !good.has(id));
  for (const [id, { token }] of bad) {
    for (const url of urls) {
      const call = () => callerWith(url, token).get('/odata/Users?$top=1');
      await until(`token ${id} is refused at ${url}`, async () => (await call()).status === 401, SOON_MS);
    }
    // A person who is on again needs a new token where the old ones ended with the switch.
    held.delete(id);
  }
}

/** Both servers say the same of everybody, as soon as the notice of the last change has come. */
async function requireSameRights(): Promise<void> {
  for (const [i, person] of people.entries()) {
    const token = await tokenOf(person);
    for (const tenant of TENANTS.keys()) {
      await until(
        `${names[i]} is answered alike by both`,
        async () => {
          const answers = await Promise.all(
            urls.map((url) => inTenant(callerWith(url, token), tenant).get('/odata/Users?$top=1')),
          );
          const [one, other] = answers.map(({ status }) => status);
          return one === other && [200, 401, 403].includes(one!);
        },
        SOON_MS,
      );
    }
  }
}

const change = fc.record({
  what: fc.constantFrom(...Object.keys(CHANGES)),
  node: fc.nat(1),
  i: fc.nat(people.length - 1),
  tenant: fc.nat(1),
  n: fc.nat(1000),
});

it('both faces agree, on both servers, whatever happens at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), { minLength: 3, maxLength: 8 }),
      async (batches) => {
        for (const batch of batches) {
          const answers = await Promise.all(
            batch.map(({ what, node, i, tenant, n }) => CHANGES[what]!(nodes[node]!, i, tenant, n)),
          );
          for (const [at, answer] of (answers as (Answer | undefined)[]).entries())
            assert.ok(
              answer === undefined || answer.status < 500,
              `${JSON.stringify(batch[at])}: ${answer?.text}`,
            );
          await requireAgreement();
        }
        await requireSameRights();
        await requireAgreement();
        await requireRefusals();
      },
    ),
    { numRuns: Number(process.env.BATON_PROPERTY_RUNS ?? 12), endOnFailure: true },
  );
});
