import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import sql, { raw } from 'sql-template-tag';
import { publishSample } from '../apps/server/src/orchestrator/packages/packages.fixture.ts';
import type { Answer, Caller } from '../apps/server/src/server.fixture.ts';
import { type Race, race, type World } from './races.fixture.ts';

// Things that have a name of their own, made by many at once under one name: one of them is there, and each
// call is told which it was.

interface Kind {
  readonly what: string;
  readonly make: (node: Caller, name: string, world: World) => Promise<Answer>;
  /** What counts those that are there. */
  readonly table: string;
  readonly column: string;
  readonly made?: number;
  readonly prepare?: (world: World, name: string) => Promise<unknown>;
}

const organizationOf = async ({ db }: World): Promise<string> =>
  (await db.first<{ id: string }>(sql`select organization_id as id from tenants order by id limit 1`))!.id;
const ofOrganization =
  (path: string, more: object = {}): Kind['make'] =>
  async (node, name, world) =>
    node.in(undefined).post(path, { partitionGlobalId: await organizationOf(world), name, ...more });

const KINDS: readonly Kind[] = [
  {
    what: 'queue',
    make: (node, Name) => node.post('/odata/QueueDefinitions', { Name }),
    table: 'queue_folders',
    column: 'name',
  },
  {
    what: 'asset',
    make: (node, Name) =>
      node.post('/odata/Assets', { Name, ValueScope: 'Global', ValueType: 'Text', StringValue: 'x' }),
    table: 'asset_folders',
    column: 'name',
  },
  {
    what: 'bucket',
    make: (node, Name) => node.post('/odata/Buckets', { Name, Identifier: randomUUID() }),
    table: 'bucket_folders',
    column: 'name',
  },
  {
    what: 'process',
    prepare: async ({ nodes: [a] }, name) => {
      const { status, text } = await publishSample(a, name, '1.0.0');
      assert.equal(status, 200, text);
    },
    make: (node, Name) => node.post('/odata/Releases', { Name, ProcessKey: Name, ProcessVersion: '1.0.0' }),
    table: 'releases',
    column: 'name',
  },
  {
    what: 'folder',
    make: (node, DisplayName) =>
      node
        .in(undefined)
        .post('/odata/Folders', { DisplayName, ProvisionType: 'Automatic', PermissionModel: 'FineGrained' }),
    table: 'folders',
    column: 'display_name',
  },
  {
    what: 'machine',
    make: (node, Name) => node.in(undefined).post('/odata/Machines', { Name, Type: 'Template' }),
    table: 'machines',
    column: 'name',
  },
  {
    what: 'local user',
    make: (node, UserName) =>
      node.in(undefined).post('/odata/Users', { UserName, Password: 'correct horse 7 battery' }),
    table: 'users',
    column: 'user_name',
  },
  {
    what: 'user that is a robot account',
    make: (node, UserName) => node.in(undefined).post('/odata/Users', { UserName, Type: 'DirectoryRobot' }),
    table: 'users',
    column: 'user_name',
  },
  {
    what: 'role',
    make: (node, Name) => node.in(undefined).post('/odata/Roles', { Name, Type: 'Tenant', Permissions: [] }),
    table: 'roles',
    column: 'name',
  },
  {
    what: 'group of Identity',
    make: ofOrganization('/identity/api/Group', { directoryUserMemberIDs: [] }),
    table: 'identity_groups',
    column: 'name',
  },
  {
    what: 'robot account of Identity',
    make: ofOrganization('/identity/api/RobotAccount', { groupIDsToAdd: [] }),
    table: 'robot_accounts',
    column: 'name',
  },
  {
    what: 'external application',
    make: ofOrganization('/identity/api/ExternalClient', {
      isConfidential: true,
      redirectUri: '',
      scopes: [{ name: 'OR.Jobs', type: 'application' }],
    }),
    table: 'external_apps',
    column: 'name',
  },
];

const AT_ONCE = 6;

const named = async ({ db }: World, { table, column }: Kind, name: string): Promise<number> =>
  (await db.first<{ count: number }>(sql`
    select count(*)::int as count from ${raw(table)} where folded(${raw(column)}) = folded(${name})`))!.count;

export const SAME_NAME_RACES: readonly Race[] = [
  ...KINDS.map((kind) =>
    race({
      name: `the same ${kind.what} is made by many at once`,
      often: 0.5,
      async prepare(world) {
        const name = `Same-${randomUUID()}`;
        await kind.prepare?.(world, name);
        return name;
      },
      // Names are compared without letter case.
      calls: (name, nodes, world) =>
        Array.from(
          { length: AT_ONCE },
          (_, n) => () => kind.make(nodes[n % 2]!, n % 3 ? name : name.toUpperCase(), world),
        ),
      async check(name, answers, world) {
        const statuses = answers.map(({ status }) => status).sort();
        const there = await named(world, kind, name);
        const expected = [201, ...Array<number>(AT_ONCE - 1).fill(409)];
        const lost = answers.filter(({ status }) => status === 409);
        return [
          ...(statuses.join() === expected.join() && there === 1
            ? []
            : [`${statuses.join()}, and ${there} are there: ${answers.map(({ text }) => text).join(' ')}`]),
          ...lost.flatMap(({ text }) =>
            /already|used/.test(text) ? [] : [`a 409 does not say why: ${text}`],
          ),
        ];
      },
    }),
  ),
  race({
    name: 'the same queue is made by many at once with one Idempotency-Key',
    prepare: async () => ({ Name: `Same-${randomUUID()}`, key: randomUUID() }),
    calls: ({ Name, key }, nodes) =>
      Array.from(
        { length: AT_ONCE },
        (_, n) => () =>
          nodes[n % 2]!.with({ 'idempotency-key': key }).post('/odata/QueueDefinitions', { Name }),
      ),
    async check({ Name }, answers, world) {
      const ids = new Set(answers.map(({ status, body }) => `${status} ${body?.Id}`));
      const there = await named(world, KINDS[0]!, Name);
      return ids.size === 1 && answers[0]!.status === 201 && there === 1
        ? []
        : [`${[...ids].join()}, and ${there} are there`];
    },
  }),
];
