import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { type Answer, testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities, type Entities } from './entities.fixture.ts';

// "Look up, else create": what a script finds by a name and what it may not make again are the same,
// however it writes the name.
const server = await testServer({ after });
const { admin, organizationId: organization } = server;
const here = admin.in(server.folder.id);

let around: Entities;
before(async () => {
  around = await createEntities(server, admin, server.folder.id);
});

const PACKAGE = 'Matrix1';
const ODATA = 'UiPath.Server.Configuration.OData';
const text = encodeURIComponent;
const literal = (name: string): string => text(`'${name}'`);

async function ok(answer: Promise<Answer>) {
  const { status, body, text: said } = await answer;
  assert.ok(status >= 200 && status < 300, `${status} ${said}`);
  return body;
}

interface Named {
  readonly create: (name: string) => Promise<Answer>;
  /** What a new one is called, where not by the member `Name`. */
  readonly called?: (made: Answer['body']) => string;
  /** Lists with `$filter=Name eq`, `contains` and `in`. */
  readonly taken?: number;
  readonly set?: string;
  readonly member?: string;
  /** Other ways to name it; each must succeed. */
  readonly found?: (name: string) => readonly Promise<Answer>[];
}

const THINGS: Readonly<Record<string, Named>> = {
  queue: {
    create: (Name) => here.post('/odata/QueueDefinitions', { Name }),
    set: 'QueueDefinitions',
    found: (Name) => [
      here.post('/odata/Queues/UiPathODataSvc.AddQueueItem', { itemData: { Name, SpecificContent: {} } }),
      here.post('/odata/Queues/UiPathODataSvc.BulkAddQueueItems', {
        queueName: Name,
        commitType: 'AllOrNothing',
        queueItems: [{ SpecificContent: {} }],
      }),
      here.post('/odata/Queues/UiPathODataSvc.StartTransaction', { transactionData: { Name } }),
    ],
  },
  asset: {
    create: (Name) =>
      here.post('/odata/Assets', { Name, ValueType: 'Text', ValueScope: 'Global', StringValue: 'x' }),
    set: 'Assets/UiPath.Server.Configuration.OData.GetFiltered',
    found: (name) => [
      here.get(
        `/odata/Assets/${ODATA}.GetRobotAsset(robotId='${around.keys.Robots}',assetName=${literal(name)})`,
      ),
    ],
  },
  bucket: {
    create: (Name) => here.post('/odata/Buckets', { Name, Identifier: randomUUID() }),
    set: 'Buckets',
  },
  process: {
    create: (Name) =>
      here.post('/odata/Releases', {
        Name,
        ProcessKey: ` ${PACKAGE.toLowerCase()} `,
        ProcessVersion: '1.0.0',
      }),
    set: 'Releases',
    found: (ReleaseName) => [
      here.post(`/odata/Jobs/${ODATA}.StartJobs`, { startInfo: { ReleaseName, JobsCount: 1 } }),
    ],
  },
  folder: {
    create: (DisplayName) => admin.post('/odata/Folders', { DisplayName }),
    called: (made) => made.DisplayName,
    set: 'Folders',
    member: 'FullyQualifiedName',
    found: (name) => [
      admin.with({ 'X-UIPATH-FolderPath-Encoded': utf16(name) }).get('/odata/QueueDefinitions'),
      admin.with({ 'X-UIPATH-FolderPath': utf8(name) }).get('/odata/QueueDefinitions'),
    ],
  },
  machine: {
    create: (Name) => admin.post('/odata/Machines', { Name, Type: 'Template', UnattendedSlots: 1 }),
    set: 'Machines',
  },
  role: {
    create: (Name) =>
      admin.post('/odata/Roles', {
        Name,
        Type: 'Tenant',
        Permissions: [{ Name: 'Users.View', IsGranted: true }],
      }),
    set: 'Roles',
    found: (name) => [
      admin.post('/odata/Users', { UserName: `of ${randomUUID()}`, Type: 'User', RolesList: [name] }),
    ],
  },
  user: {
    create: (UserName) => admin.post('/odata/Users', { UserName, Type: 'User', RolesList: [] }),
    called: (made) => made.UserName,
    set: 'Users',
    member: 'UserName',
    found: (name) => [
      admin.get(`/odata/Folders/${ODATA}.GetAllRolesForUser(username=${literal(name)},skip=0,take=10)`),
    ],
  },
  'robot account': {
    create: (name) =>
      admin.post('/identity/api/RobotAccount', { partitionGlobalId: organization, name, displayName: name }),
    called: (made) => made.name,
    found: (name) => [found(`RobotAccount/${organization}?searchTerm=${text(name.trim())}`)],
  },
  group: {
    create: (name) => admin.post('/identity/api/Group', { partitionGlobalId: organization, name }),
    called: (made) => made.name,
    found: (entityName) => [
      admin.post(`/identity/api/Directory/ResolveByName/${organization}`, {
        entityName,
        entityType: 'group',
      }),
    ],
  },
  'external application': {
    create: (name) =>
      admin.post('/identity/api/ExternalClient', {
        partitionGlobalId: organization,
        name,
        isConfidential: true,
        scopes: [{ name: 'OR.Queues', type: 'Application' }],
      }),
    called: (made) => made.name,
  },
  person: {
    create: (userName) =>
      admin.post('/identity/api/User', {
        partitionGlobalId: organization,
        userName,
        password: 'Long-enough-7',
      }),
    called: () => 'Éclair für Zoë, person',
    // As the product: what went wrong with people is a list, not a status of its own.
    taken: 400,
    found: (name) => [found(`User/users/${organization}?searchTerm=${text(name.trim())}`)],
  },
};

const utf16 = (path: string): string => Buffer.from(path, 'utf16le').toString('base64');
/** As clients send it that know nothing of encodings: fetch takes a character for each byte. */
const utf8 = (path: string): string => Buffer.from(path).toString('latin1');

async function found(path: string): Promise<Answer> {
  const answer = await admin.get(`/identity/api/${path}`);
  assert.equal(answer.body.totalCount, 1, answer.text);
  return answer;
}

const OTHERWISE: Readonly<Record<string, (name: string) => string>> = {
  'as it is': (name) => name,
  'in capitals': (name) => name.toUpperCase(),
  'decomposed, in small letters': (name) => name.normalize('NFD').toLowerCase(),
  'with blanks': (name) => `  ${name} \t`,
};

for (const [thing, { create, called, taken = 409, set, member = 'Name', found: ways }] of Object.entries(
  THINGS,
)) {
  describe(thing, () => {
    const own = `Éclair für Zoë, ${thing}`;
    before(async () => {
      const made = await ok(create(` ${own.normalize('NFD')} `));
      assert.equal((called ?? ((body) => body.Name))(made), own);
    });

    for (const [how, written] of Object.entries(OTHERWISE)) {
      it(`is found by its name ${how}, and not made again`, async () => {
        const name = written(own);
        const filters = set
          ? [
              `${member} eq ${literal(name)}`,
              `${member} in ('x',${literal(name)})`,
              `contains(${member},${literal(name.trim())})`,
              `startswith(${member},${literal(name.trim().slice(0, 3))})`,
              `endswith(${member},${literal(name.trim().slice(-2))})`,
              `indexof(${member},${literal(name.trim())}) eq 0`,
              `not (${member} ne ${literal(name)})`,
            ]
          : [];
        for (const filter of filters) {
          const { value } = await ok(here.get(`/odata/${set}?$filter=${filter.replaceAll(' ', '%20')}`));
          assert.deepEqual(
            value.map((row: Record<string, unknown>) => row[member]),
            [own],
            filter,
          );
        }
        for (const way of ways?.(name) ?? []) await ok(way);
        const again = await create(name);
        assert.equal(again.status, taken, `${again.status} ${again.text}`);
      });
    }

    if (set) {
      it('stands among others as people sort words', async () => {
        const sorted = ['apple', 'Banana', 'eclair', 'Éclair', 'Eclairs', 'zeta'].map(
          (word) => `${word} ${thing}`,
        );
        // One that differs in its accent only is another name.
        for (const name of sorted.toReversed()) await ok(create(name));
        const ours = `$filter=${text(`${member} in (${sorted.map((name) => `'${name}'`).join()})`)}`;
        for (const [order, expected] of [
          [member, sorted],
          [`${member} desc`, sorted.toReversed()],
        ] as const) {
          const { value } = await ok(here.get(`/odata/${set}?${ours}&$orderby=${text(order)}`));
          assert.deepEqual(
            value.map((row: Record<string, unknown>) => row[member]),
            expected,
          );
        }
        const after = text(`${member} gt 'ECLAIR ${thing}' and ${member} le 'zETA ${thing}'`);
        const { value } = await ok(
          here.get(`/odata/${set}?$filter=${after} and endswith(${member},'${thing}')&$orderby=${member}`),
        );
        assert.deepEqual(
          value
            .map((row: Record<string, unknown>) => row[member])
            .filter((name: string) => sorted.includes(name)),
          sorted.slice(3),
        );
      });
    }
  });
}
