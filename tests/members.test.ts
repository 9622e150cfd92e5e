import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { routes } from '../apps/server/src/areas.ts';
import { type Caller, testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities } from './entities.fixture.ts';
import { pathOf } from './paths.fixture.ts';

// Each described member of each list, selected, sorted by and compared with null: columns, computed
// values and constants alike. A member that cannot be sorted by is refused by its name.
const server = await testServer({ after });
const entities = await createEntities(server, server.admin, server.folder.id);

const lists = routes
  .map((route) => route.operation)
  .filter(({ method, odata }) => method === 'GET' && odata?.options.includes('o'));

async function readable(caller: Caller, path: string): Promise<void> {
  const { status, text } = await caller.get(path);
  assert.equal(status, 200, `${path}: ${text}`);
}

async function refused(caller: Caller, path: string, name: string): Promise<void> {
  const { status, body, text } = await caller.get(path);
  assert.equal(status, 400, `${path}: ${text}`);
  assert.ok(body.message.includes(name), text);
}

for (const operation of lists) {
  const { id, odata, folder } = operation;
  const caller = folder === 'none' ? server.admin : server.admin.in(server.folder.id);
  const filled = pathOf(operation, entities);
  const path = filled.includes('?') ? `${filled}&` : `${filled}?`;
  describe(id, () => {
    it('all of them at once, as feeds ask', async () => {
      const { properties, navigations } = odata!.entity.type;
      const expand = odata!.options.includes('e') ? Object.keys(navigations) : [];
      const expanded = expand.length > 0 ? `&$expand=${expand.join()}` : '';
      await readable(caller, `${path}$select=${Object.keys(properties).join()}${expanded}`);
    });
    for (const [name, { filterable, collection, complex }] of Object.entries(odata!.entity.type.properties)) {
      it(name, async () => {
        await readable(caller, `${path}$select=${name}`);
        if (!filterable) {
          await refused(caller, `${path}$orderby=${name}`, name);
          await refused(caller, `${path}$filter=${name} eq null`, name);
        }
        if (!filterable || collection || complex) return;
        for (const direction of ['asc', 'desc'])
          await readable(caller, `${path}$orderby=${name} ${direction}`);
        for (const comparison of ['eq', 'ne'])
          await readable(caller, `${path}$filter=${name} ${comparison} null`);
      });
    }
  });
}
