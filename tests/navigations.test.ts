import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { routes } from '../apps/server/src/areas.ts';
import { loadAccess } from '../apps/server/src/kernel/auth/access.ts';
import { ALL_PERMISSIONS } from '../apps/server/src/kernel/auth/permissions.ts';
import type { Principal } from '../apps/server/src/kernel/auth/principal.ts';
import { readableType } from '../apps/server/src/kernel/auth/readable-type.ts';
import type { Entity, Reading } from '../apps/server/src/kernel/contract/entity.ts';
import type { Operation } from '../apps/server/src/kernel/contract/operation.ts';
import { type Caller, testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities } from './entities.fixture.ts';
import { crossRelease, linkRows } from './linked-rows.fixture.ts';
import { pathOf } from './paths.fixture.ts';
import { outline, pruned, type Rights, type Row, type Step, stepsOf } from './readers.fixture.ts';

// Every navigation of every entity, against callers who may read where it starts and not where it leads.
// What is walked comes from the declarations; what each caller should see is worked out here, from an
// administrator's answer and the caller's rights.
const server = await testServer({ after });
const { admin, folder } = server;
const { body: second } = await admin.post('/odata/Folders', { DisplayName: 'Second' });
const here = folder.id;
const there: number = second.Id;
const near = [
  await createEntities(server, admin, here),
  await createEntities(server, admin, here),
  await createEntities(server, admin, here),
] as const;
const far = await createEntities(server, admin, there);
for (const rows of [...near, far]) await linkRows(server, rows);
await crossRelease(server, near[2], far);

const walked = routes
  .map((route) => route.operation)
  .filter(({ method, odata }) => method === 'GET' && odata?.options.includes('e'))
  .filter(({ odata }) => Object.keys(odata!.entity.navigations).length > 0)
  .filter(({ answer, odata }) => 'of' in answer && (answer.of as Entity).name === odata!.entity.name);

/** What each navigation that is no part of its row needs; a looser declaration changes this table. */
const NEEDED: Readonly<Record<string, string>> = {
  'JobDto.Robot': 'OR.Robots Robots.View',
  'JobDto.Release': 'OR.Execution Processes.View in the folder',
  'JobDto.Machine': 'OR.Machines Machines.View',
  'QueueItemDto.QueueDefinition': 'OR.Queues Queues.View in the folder',
  'QueueItemDto.Robot': 'OR.Robots Robots.View',
  'QueueItemDto.ReviewerUser': 'OR.Users Users.View',
  'QueueProcessingRecordDto.UiQueueMetadata': 'OR.Queues Queues.View in the folder',
  'RobotDto.User': 'OR.Users Users.View',
  'RobotWithLicenseDto.User': 'OR.Users Users.View',
  'ExtendedRobotDto.User': 'OR.Users Users.View',
  'SessionDto.Robot': 'OR.Robots Robots.View',
  'SessionDto.Job': 'OR.Jobs Jobs.View in the folder',
  'MachineSessionDto.Robot': 'OR.Robots Robots.View',
  'MachineSessionDto.Job': 'OR.Jobs Jobs.View in the folder',
  'UserDto.OrganizationUnits': 'OR.Folders Units.View or any role in the folder',
  'CurrentUserExtendedDto.OrganizationUnits': 'OR.Folders Units.View or any role in the folder',
};
const PARTS = [
  'AssetDto.RobotValues',
  'AssetDto.UserValues',
  'CurrentUserExtendedDto.PersonalWorkspace',
  'CurrentUserExtendedDto.UserRoles',
  'ProcessDto.EntryPoints',
  'ReleaseDto.EntryPoint',
  'ReleaseDto.EntryPoints',
  'ReleaseDto.ReleaseVersions',
  'ReleaseWithRetentionDto.EntryPoint',
  'ReleaseWithRetentionDto.EntryPoints',
  'ReleaseWithRetentionDto.ReleaseVersions',
  'RobotWithLicenseDto.License',
  'RoleDto.Permissions',
  'UserDto.UserRoles',
];

const entities = new Set<Entity>();
const visit = (entity: Entity): void => {
  if (entities.has(entity)) return;
  entities.add(entity);
  for (const { target } of stepsOf(entity)) visit(target);
};
for (const { odata } of routes.map((route) => route.operation)) if (odata) visit(odata.entity);

const told = ({ scope, inTenant, inFolder }: Reading): string => {
  const place = inFolder === 'any role' ? 'any role in the folder' : inFolder && `${inFolder} in the folder`;
  return `${scope} ${[inTenant, place].filter(Boolean).join(' or ')}`;
};

const expandOf = (entity: Entity, depth = 2): string =>
  stepsOf(entity)
    .map(({ name, target }) => {
      const inner = depth > 1 ? expandOf(target, depth - 1) : '';
      return inner ? `${name}($expand=${inner})` : name;
    })
    .join(',');

const addressOf = (operation: Operation): string =>
  pathOf(operation, near[0])
    .replace(/(GetItemLastRetryBy\w*\(key=)\d+/, `$1${near[0].keys.QueueItems}`)
    .replace(/queueDefinitionId=1\b/, `queueDefinitionId=${near[0].ids.QueueDefinitions}`)
    .replace(/processId='?1'?(?=[,)])/, `processId='${near[0].ids.Releases}'`);
const ask = (caller: Caller, operation: Operation, options: string) => {
  const address = addressOf(operation);
  const where = operation.folder === 'none' ? caller : caller.in(here);
  return where.get(`${address}${address.includes('?') ? '&' : '?'}${options}`);
};
const rowsOf = (operation: Operation, body: Row): Row[] =>
  operation.answer.kind === 'many' ? body.value : [body];

/** Rights that are enough for an operation, each way that there is. */
function waysIn({ id, permission }: Operation): readonly (readonly string[])[] {
  if (permission === null) return id.startsWith('Users_') ? [['Users.View']] : [['Assets.View']];
  if (typeof permission === 'string') return [[permission]];
  return 'any' in permission ? permission.any.map((one) => [one]) : [permission.all];
}

const made = new Map<string, Rights>();
async function userWith(permissions: readonly string[]): Promise<Rights> {
  const name = permissions.join(' and ');
  const known = made.get(name);
  if (known) return known;
  const caller = await server.user({ permissions });
  const rights: Rights = {
    name: `a user with ${name}`,
    caller,
    scopes: 'all',
    tenant: permissions,
    folders: new Map([[here, permissions]]),
  };
  made.set(name, rights);
  return rights;
}
async function appWith(name: string, scopes: readonly string[]): Promise<Rights> {
  const caller = await server.app(scopes.map((scope) => `${scope}.Read`));
  return { name, caller, scopes, tenant: 'all', folders: 'all' };
}

const scopesOfAll = [...new Set(walked.flatMap((o) => (o.scope ? [o.scope] : []))), 'OR.Folders'];
const everyScope = await appWith('an application with all scopes', [...scopesOfAll, 'OR.Machines']);
const local: Rights = {
  ...(await userWith(ALL_PERMISSIONS)),
  name: 'a user with every right in the first folder',
};
const { body: roles } = await admin.get("/odata/Roles?$filter=Name eq 'Automation User'&$expand=Permissions");
const automation: string[] = roles.value[0].Permissions.map((one: { Name: string }) => one.Name);

/** Reads the source here, and what it leads to only there. */
async function elsewhere(permissions: readonly string[]): Promise<Rights> {
  const caller = await server.user({ permissions, folderRoles: { [there]: ['Automation User'] } });
  return {
    name: `a user with ${permissions.join(' and ')} and a role in the other folder`,
    caller,
    scopes: 'all',
    tenant: permissions,
    folders: new Map([
      [here, permissions],
      [there, automation],
    ]),
  };
}

async function callersOf(operation: Operation): Promise<readonly Rights[]> {
  const ways = waysIn(operation);
  return [
    ...(await Promise.all(ways.map(userWith))),
    await elsewhere(ways[0]!),
    local,
    everyScope,
    await appWith(`an application with ${operation.scope}`, [operation.scope!]),
  ];
}

interface Path {
  readonly steps: readonly Step[];
  readonly property: string;
  readonly text: boolean;
}

/** The rows at the end of a path. */
const atEnd = (row: Row, steps: readonly Step[]): Row[] =>
  steps.reduce<Row[]>(
    (rows, { name, many }) =>
      rows.flatMap((one) => (many ? one[name] : one[name] === null ? [] : [one[name]])),
    [row],
  );

/**
 * A path to each navigation, with the member that tells most of the rows at its end: a name, any text, or
 * a number.
 */
function pathsOf(entity: Entity, rows: readonly Row[], before: readonly Step[] = []): Path[] {
  return stepsOf(entity).flatMap((step) => {
    const steps = [...before, step];
    const ends = rows.flatMap((row) => atEnd(row, steps));
    const members = Object.entries(step.target.fields).filter(
      ([, { options }]) => options.constant === undefined && options.filterable !== false,
    );
    const ofKind = (kind: RegExp, value: RegExp) =>
      members.find(
        ([name, field]) => kind.test(field.kind) && ends.some((row) => value.test(String(row[name] ?? ''))),
      )?.[0];
    const text = ofKind(/^string$/, /^Matrix\d+$/) ?? ofKind(/^string$/, /./);
    const property = text ?? ofKind(/^int/, /./);
    const path = property === undefined ? [] : [{ steps, property, text: text !== undefined }];
    return [...path, ...(before.length === 0 ? pathsOf(step.target, rows, steps) : [])];
  });
}

const quoted = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

/** `startswith(Job/Robot/Name,'x')`, with `any` where the last step is a collection. */
function conditionOf({ steps, property, text }: Path, value: unknown): string {
  const last = steps.at(-1)!;
  const way = steps.map(({ name }) => name).join('/');
  const test = (path: string): string =>
    text ? `startswith(${path},${quoted(value)})` : `${path} eq ${quoted(value)}`;
  return last.many ? `${way}/any(x: ${test(`x/${property}`)})` : test(`${way}/${property}`);
}

const known = (entity: Entity, row: Row): unknown => row[entity.key ?? 'Id'];

describe('what a navigation needs', () => {
  const all = [...entities].flatMap((entity) => stepsOf(entity).map((step) => ({ ...step, entity })));
  const name = ({ entity, name: navigation }: (typeof all)[number]): string => `${entity.name}.${navigation}`;
  it('is declared for each', () => {
    const needed = all.flatMap((step) => {
      const { reading } = step.target;
      return reading === 'as part' ? [] : [[name(step), reading && told(reading)]];
    });
    assert.deepEqual(Object.fromEntries(needed), NEEDED);
    const parts = all.filter(({ target }) => target.reading === 'as part').map(name);
    assert.deepEqual([...new Set(parts)].sort(), PARTS);
  });
  it('is what listing the same set needs', () => {
    for (const { set, reading } of entities) {
      if (!set || !reading || reading === 'as part') continue;
      const listing = routes.find(({ operation: o }) => o.method === 'GET' && o.path === `/odata/${set}`)!;
      const { scope, permission } = listing.operation;
      assert.deepEqual([scope, permission], [reading.scope, reading.inTenant ?? reading.inFolder], set);
    }
  });
  it('adds nothing to the statements of those who may read all', async () => {
    const scopes = new Set(Object.values(NEEDED).map((text) => text.split(' ')[0]!));
    const principal: Principal = {
      kind: 'app',
      subject: '00000000-0000-0000-0000-000000000000',
      organizationId: server.organizationId,
      tenantId: undefined,
      clientId: 'tests',
      scopes,
      machineId: undefined,
      job: undefined,
      tokenId: 'x',
      expiresAt: 0,
    };
    const access = await loadAccess(server.db, principal, server.tenant.id, async () => undefined);
    for (const entity of entities) assert.equal(readableType(entity, { principal, access }), entity.type);
  });
});

const sorted = new Set<string>();

const ofCaller = (operation: Operation): boolean => operation.id.startsWith('Users_GetCurrentUser');
for (const operation of walked.filter((o) => !ofCaller(o))) {
  const { entity } = operation.odata!;
  describe(operation.id, async () => {
    const expand = `$expand=${expandOf(entity)}`;
    const { body, status, text } = await ask(admin, operation, expand);
    assert.equal(status, 200, text);
    const full = rowsOf(operation, body);
    const byKey = new Map(full.map((row) => [known(entity, row), row]));
    const filters = operation.odata!.options.includes('f') && !/Filtered|Across|Global/.test(operation.id);
    const paths = filters ? pathsOf(entity, full) : [];
    for (const rights of await callersOf(operation)) {
      const read = async (options: string): Promise<Row[] | undefined> => {
        const answer = await ask(rights.caller, operation, options);
        // Of several ways in some hold in the tenant only, and some in folders only.
        if (answer.status === 403 || answer.status === 404) return undefined;
        assert.equal(answer.status, 200, answer.text);
        return rowsOf(operation, answer.body).filter((row) => byKey.has(known(entity, row)));
      };
      it(rights.name, async () => {
        const shown = await read(expand);
        if (!shown) return;
        const mine = shown.map((row) => byKey.get(known(entity, row)));
        assert.deepEqual(
          shown.map((row) => outline(entity, row)),
          mine.map((row) => outline(entity, pruned(entity, row, rights))),
        );
        for (const path of paths) {
          const { steps, property } = path;
          const valuesOf = (row: Row): unknown[] =>
            atEnd(pruned(entity, row, rights), steps).map((end) => end[property]);
          const name = `${entity.name}/${steps.map((step) => step.name).join('/')}`;
          const value = mine.flatMap((row) => atEnd(row, steps)).find((end) => end[property] != null)?.[
            property
          ];
          if (value === undefined) continue;
          const isHit = (one: unknown): boolean =>
            path.text ? String(one ?? '').startsWith(String(value)) : one === value;
          const found = await read(`$filter=${encodeURIComponent(conditionOf(path, value))}`);
          assert.deepEqual(
            found!.map((row) => known(entity, row)),
            mine.filter((row) => valuesOf(row).some(isHit)).map((row) => known(entity, row)),
            `filter over ${name}`,
          );
          if (steps.some(({ many }) => many) || entity.key === null) continue;
          const way = steps.map((step) => step.name).join('/');
          const none = await read(`$filter=${encodeURIComponent(`${way} eq null`)}`);
          assert.deepEqual(
            none!.map((row) => known(entity, row)),
            mine.filter((row) => valuesOf(row).length === 0).map((row) => known(entity, row)),
            `${name} eq null`,
          );
          if (!path.text) continue;
          // Rows whose names this test gave, so that no collation has a say.
          const ours = mine.filter((row) =>
            atEnd(row, steps).every((end) => /^Matrix\d+$/.test(String(end[property]))),
          );
          const order = `$orderby=${way}/${property} desc,${entity.key}`;
          const inOrder = (await read(order))!.map((row) => known(entity, row));
          const rank = (row: Row): string => String(valuesOf(row)[0] ?? '');
          const expected = ours.toSorted((a, b) =>
            rank(a) === rank(b)
              ? Number(known(entity, a)) - Number(known(entity, b))
              : rank(a) < rank(b)
                ? 1
                : -1,
          );
          const keys = expected.map((row) => known(entity, row));
          assert.deepEqual(
            inOrder.filter((key) => keys.includes(key)),
            keys,
            `order by ${name}`,
          );
          if (new Set(ours.map((row) => atEnd(row, steps)[0]?.[property])).size > 1) sorted.add(name);
        }
      });
    }
  });
}

describe('the caller themselves', () => {
  const path = '/odata/Users/UiPath.Server.Configuration.OData.GetCurrentUserExtended';
  const expand = '?$expand=UserRoles,OrganizationUnits,PersonalWorkspace';
  it('reads their own roles, folders and workspace without any right over users', async () => {
    const caller = await server.user({ permissions: ['Jobs.View'] });
    await server.db.execute({
      text: `insert into folders (tenant_id, display_name, path, owner_user_id) values ($1, 'mine', 'mine', $2)`,
      values: [server.tenant.id, caller.userId],
    });
    const { body } = await caller.get(path + expand);
    assert.equal(body.UserRoles.length, 1);
    assert.deepEqual(
      body.OrganizationUnits.map((unit: { Id: number }) => unit.Id),
      [here],
    );
    assert.equal(body.PersonalWorkspace.OwnerId, caller.userId);
  });
  it('is not told folders with the scope of users alone', async () => {
    const caller = await server.user({ permissions: ['Jobs.View'], scopes: ['OR.Users.Read'] });
    const { body } = await caller.get(path + expand);
    assert.deepEqual([body.OrganizationUnits, body.UserRoles.length], [[], 1]);
  });
});

after(() => {
  for (const name of [
    'SessionDto/Job',
    'SessionDto/Robot',
    'SessionDto/Job/Machine',
    'JobDto/Release',
    'RobotDto/User',
  ])
    assert.ok(sorted.has(name), `${name} was sorted by; were: ${[...sorted].join(', ')}`);
});
