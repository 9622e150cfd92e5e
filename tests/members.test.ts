import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { routes } from '../apps/server/src/operations.ts';
import { type Caller, testServer } from '../apps/server/src/testing.ts';
import { createEntities } from './entities.fixture.ts';

// Each described member of each list, selected, sorted by and compared with null: columns, computed
// values and constants alike.
const server = await testServer({ after });
await createEntities(server, server.admin, server.folder.id);

const lists = routes
  .map((route) => route.operation)
  .filter(
    ({ method, path, odata, query = {} }) =>
      method === 'GET' &&
      odata?.options.includes('o') &&
      !path.includes('{') &&
      Object.values(query).every((field) => !field.options.required),
  );

async function readable(caller: Caller, path: string): Promise<void> {
  const { status, text } = await caller.get(path);
  assert.equal(status, 200, `${path}: ${text}`);
}

for (const { id, path, odata, folder } of lists) {
  const caller = folder === 'none' ? server.admin : server.admin.in(server.folder.id);
  describe(id, () => {
    for (const [name, { filterable, collection, complex }] of Object.entries(odata!.entity.type.properties)) {
      it(name, async () => {
        await readable(caller, `${path}?$select=${name}`);
        if (!filterable || collection || complex) return;
        for (const direction of ['asc', 'desc'])
          await readable(caller, `${path}?$orderby=${name} ${direction}`);
        for (const comparison of ['eq', 'ne'])
          await readable(caller, `${path}?$filter=${name} ${comparison} null`);
      });
    }
  });
}
