import { randomUUID } from 'node:crypto';
import sql from 'sql-template-tag';
import { samplePackage, UPLOAD } from '../apps/server/src/orchestrator/packages/packages.fixture.ts';
import type { Answer, Caller } from '../apps/server/src/server.fixture.ts';
import { type Race, race, type World } from './races.fixture.ts';

// Deleting against using, and many who do the same at once. One after the other by
// locks: deleted-meanwhile.test.ts.
const ODATA = 'UiPath.Server.Configuration.OData';
const name = (): string => `thing-${randomUUID()}`;

async function newFolder({ nodes: [a] }: World): Promise<number> {
  const { body } = await a.in(undefined).post('/odata/Folders', {
    DisplayName: name(),
    ProvisionType: 'Automatic',
    PermissionModel: 'FineGrained',
  });
  return body.Id;
}

const roleOf = async ({ db }: World): Promise<number> =>
  (await db.first<{ id: number }>(sql`
    select r.id from roles r join folders f on f.tenant_id = r.tenant_id
     where r.name = 'Automation User' and f.path = 'Shared' order by r.id limit 1`))!.id;

const USES: readonly (readonly [what: string, use: (node: Caller, folder: number) => Promise<Answer>])[] = [
  ['a queue is made', (node, folder) => node.in(folder).post('/odata/QueueDefinitions', { Name: name() })],
  [
    'an asset is made',
    (node, folder) =>
      node
        .in(folder)
        .post('/odata/Assets', { Name: name(), ValueScope: 'Global', ValueType: 'Text', StringValue: 'x' }),
  ],
  [
    'a bucket is made',
    (node, folder) => node.in(folder).post('/odata/Buckets', { Name: name(), Identifier: randomUUID() }),
  ],
];

const folderRaces = USES.map(([what, use]) =>
  race({
    name: `${what} in a folder that is deleted`,
    prepare: newFolder,
    calls: (folder, [a, b]) => [
      () => a.in(undefined).delete(`/odata/Folders(${folder})`),
      () => use(b, folder),
      () => use(a, folder),
    ],
    async check(folder, [deleted, ...used], { db }) {
      const isThere = (await db.first(sql`select from folders where id = ${folder}`)) !== undefined;
      const isUsed = used.some(({ status }) => status === 201);
      return [
        ...(isThere === (deleted!.status === 204) ? [`the deletion answered ${deleted!.text}`] : []),
        ...(isUsed && !isThere ? ['something was made in a folder that is gone'] : []),
      ];
    },
  }),
);

const MANY = 10;

export const LIFE_RACES: readonly Race[] = [
  ...folderRaces,
  race({
    name: 'the same directory user is assigned by many at once',
    async prepare(world) {
      const person = (await world.db.first<{ id: string; name: string }>(sql`
        insert into identity_users (organization_id, user_name) select organization_id, ${name()} from tenants limit 1
        returning id, user_name as name`))!;
      return { person, folder: await newFolder(world), role: await roleOf(world) };
    },
    calls: ({ person, folder, role }, nodes) =>
      Array.from(
        { length: MANY },
        (_, n) => () =>
          nodes[n % 2]!.in(undefined).post(`/odata/Folders/${ODATA}.AssignDirectoryUser`, {
            assignment: {
              Domain: 'autogen',
              UserName: person.name,
              DirectoryIdentifier: person.id,
              UserType: 'DirectoryUser',
              RolesPerFolder: [{ FolderId: folder, RoleIds: [role] }],
            },
          }),
      ),
    async check({ person, folder }, answers, { db }) {
      const users = await db.query(sql`select from users where directory_identifier = ${person.id}::uuid`);
      const roles = await db.query(sql`select from folder_users where folder_id = ${folder}`);
      const wrong = answers.filter(({ status }) => status !== 204).map(({ text }) => text);
      return users.length === 1 && roles.length === 1
        ? wrong
        : [...wrong, `${users.length} users, ${roles.length} roles`];
    },
  }),
  race({
    name: 'the same package is uploaded by many at once',
    often: 0.5,
    prepare: async () => ({ id: name() }),
    calls: ({ id }, nodes) =>
      Array.from(
        { length: 4 },
        (_, n) => async () =>
          nodes[n % 2]!.upload(UPLOAD, { fileName: 'x.nupkg', bytes: await samplePackage(id, '1.0.0') }),
      ),
    async check({ id }, answers, { db }) {
      const statuses = answers.map(({ status }) => status).sort();
      const packages = await db.query(sql`select from packages where package_id = ${id}`);
      return statuses.join() === '200,409,409,409' && packages.length === 1
        ? []
        : [`${statuses.join()}, and ${packages.length} packages`];
    },
  }),
];
