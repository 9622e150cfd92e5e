import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { testServer } from '../../server.fixture.ts';

const ADD = '/odata/Queues/UiPathODataSvc.AddQueueItem';
const START = '/odata/Queues/UiPathODataSvc.StartTransaction';

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);

async function addTo(Name: string) {
  const added = await caller.post(ADD, { itemData: { Name, SpecificContent: { A: 1 } } });
  assert.equal(added.status, 201, added.text);
  return added.body;
}

test('the name of the folder is told in lists, and not where an item is added', async () => {
  assert.equal((await caller.post('/odata/QueueDefinitions', { Name: 'told' })).status, 201);
  const added = await addTo('told');
  assert.equal(added.OrganizationUnitFullyQualifiedName, null);
  const listed = await caller.get(`/odata/QueueItems?$filter=Id eq ${added.Id}`);
  assert.equal(listed.body.value[0].OrganizationUnitFullyQualifiedName, 'Shared');
});

test('a RobotIdentifier that is no GUID is none', async () => {
  assert.equal((await caller.post('/odata/QueueDefinitions', { Name: 'taken' })).status, 201);
  for (const RobotIdentifier of ['', 'robot-7', 12, null]) {
    await addTo('taken');
    const { status, body } = await caller.post(START, {
      transactionData: { Name: 'taken', RobotIdentifier },
    });
    assert.equal(status, 200, String(RobotIdentifier));
    assert.equal(body.RobotId, null);
  }
});
