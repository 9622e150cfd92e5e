import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { routes } from '../apps/server/src/areas.ts';
import type { Operation } from '../apps/server/src/kernel/contract/operation.ts';
import { type Answer, type Caller, callerWith, testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities, type Entities } from './entities.fixture.ts';
import { pathOf } from './paths.fixture.ts';

// Every operation that exists, against everyone who may not call it. The rows come from the declarations: an
// operation that is added is in the matrix by being declared.
const server = await testServer({ after });
const operations = routes.map((route) => route.operation);
const isOpen = (operation: Operation): boolean => operation.callers?.includes('anonymous') === true;
const callersOf = (operation: Operation) => operation.callers ?? ['user', 'app', 'robot'];

const own = await createEntities(server, server.admin, server.folder.id);
const elsewhere = await createEntities(server, server.otherTenant, server.otherFolder.id);
const { body: second } = await server.admin.post('/odata/Folders', {
  DisplayName: 'Second',
  ProvisionType: 'Automatic',
  PermissionModel: 'FineGrained',
  FeedType: 'Processes',
});
const nextDoor = await createEntities(server, server.admin, second.Id);

const send = (caller: Caller, operation: Operation, entities: Entities): Promise<Answer> =>
  operation.multipart
    ? caller.upload(pathOf(operation, entities), { fileName: 'x.nupkg', bytes: new Uint8Array([1]) })
    : caller.send(operation.method, pathOf(operation, entities), {
        headers: operation.body ? { 'content-type': 'application/json' } : {},
        ...(operation.body ? { body: JSON.stringify(operation.example ?? {}) } : {}),
      });

/** In the folder where the operation wants one, so that the refusal is for the reason under test. */
const within = (caller: Caller, operation: Operation, folderId = server.folder.id): Caller =>
  operation.folder === 'none' ? caller : caller.in(folderId);

const events = async (tenantId: number): Promise<number> =>
  (await server.db.first<{ count: number }>({
    text: 'select count(*)::int as count from events where tenant_id = $1',
    values: [tenantId],
  }))!.count;

describe('no token, or one that is no good', () => {
  const bad = callerWith(server.url, 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.');
  const forged = callerWith(server.url, `${server.admin.token!.slice(0, -6)}AAAAAA`);
  for (const operation of operations.filter((o) => !isOpen(o))) {
    it(operation.id, async () => {
      for (const caller of [server.anonymous, bad, forged]) {
        assert.equal((await send(within(caller, operation), operation, own)).status, 401);
      }
    });
  }
});

describe('a token without the scope', async () => {
  const stranger = await server.app(['OR.Nothing']);
  for (const operation of operations.filter((o) => o.scope !== null && !isOpen(o))) {
    it(operation.id, async () => {
      const { status, text } = await send(within(stranger, operation), operation, own);
      assert.equal(status, 403, text);
    });
  }
});

describe('the scope of reading where the operation writes', async () => {
  const reader = await server.app([
    ...new Set(operations.flatMap((o) => (o.scope ? [`${o.scope}.Read`] : []))),
  ]);
  const writes = operations.filter(
    (o) =>
      o.scope !== null && !isOpen(o) && (o.access ?? (o.method === 'GET' ? 'Read' : 'Write')) === 'Write',
  );
  for (const operation of writes) {
    it(operation.id, async () => {
      const { status, text } = await send(within(reader, operation), operation, own);
      assert.equal(status, 403, text);
    });
  }
});

describe('a user without the permission', async () => {
  const powerless = await server.user({ permissions: ['ActionDesign.View'] });
  for (const operation of operations.filter((o) => o.permission !== null && !isOpen(o))) {
    it(operation.id, async () => {
      const { status, text } = await send(within(powerless, operation), operation, own);
      assert.equal(status, 403, text);
    });
  }
});

describe('the wrong kind of caller', async () => {
  for (const operation of operations.filter((o) => !isOpen(o) && !callersOf(o).includes('user'))) {
    it(`${operation.id} is not for users`, async () => {
      assert.equal((await send(within(server.admin, operation), operation, own)).status, 403);
    });
  }
  const machine = callerWith(server.url, await own.machineToken());
  for (const operation of operations.filter((o) => !isOpen(o) && !callersOf(o).includes('machine'))) {
    it(`${operation.id} is not for machines`, async () => {
      assert.equal((await send(within(machine, operation), operation, own)).status, 403);
    });
  }
});

const named = operations.filter(
  (operation) => !isOpen(operation) && callersOf(operation).includes('user') && elsewhere.namesRow(operation),
);

describe("another tenant's id", () => {
  for (const operation of named) {
    it(operation.id, async () => {
      const before = await events(elsewhere.tenantId);
      const { status, body, text } = await send(within(server.admin, operation), operation, elsewhere);
      const showsNothing = status === 200 && body?.value?.length === 0;
      assert.ok(status === 404 || status === 400 || showsNothing, `${status} ${text}`);
      assert.equal(await events(elsewhere.tenantId), before, 'nothing happened there');
    });
  }
});

describe("another folder's id", () => {
  for (const operation of named.filter((o) => o.folder === 'required')) {
    it(operation.id, async () => {
      const { status, text } = await send(server.admin.in(server.folder.id), operation, nextDoor);
      assert.ok(status === 404 || status === 400 || status === 409, `${status} ${text}`);
      assert.ok(status !== 409 || operation.method === 'POST', text);
    });
  }
});
