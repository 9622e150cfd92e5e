import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import sql from 'sql-template-tag';
import { testServer } from '../../../server.fixture.ts';
import { CONFIG, type Item, queueKit, refuses, SERVICE } from '../queues.fixture.ts';
import { abandonItems } from '../transactions/abandon-items.ts';

const server = await testServer({ after });
const { admin } = server;
const here = admin.in(server.folder.id);
const SHARE = `/odata/QueueDefinitions/${CONFIG}.ShareToFolders`;
const share = (QueueIds: number[], ToAddFolderIds: number[], ToRemoveFolderIds: number[] = [], by = admin) =>
  by.post(SHARE, { QueueIds, ToAddFolderIds, ToRemoveFolderIds });
const newFolder = async (DisplayName: string): Promise<{ Id: number }> => {
  const { status, body, text } = await admin.post('/odata/Folders', { DisplayName });
  assert.equal(status, 201, text);
  return body;
};
const finance = await newFolder('Finance');
const there = admin.in(finance.Id);
const mine = queueKit(here);
const theirs = queueKit(there);

it('a shared queue is the same one in every folder, with its items', async () => {
  const { Id, Name } = await mine.newQueue();
  const item = await mine.add(Name);
  assert.equal((await there.get(`/odata/QueueDefinitions(${Id})`)).status, 404);
  assert.equal((await there.get(`/odata/QueueItems(${item.Id})`)).status, 404);
  assert.equal((await share([Id], [finance.Id])).status, 204);

  assert.equal((await there.get(`/odata/QueueDefinitions(${Id})`)).body.FoldersCount, 2);
  const listed = await there.get(`/odata/QueueItems?$filter=QueueDefinitionName eq '${Name}'`);
  assert.deepEqual(
    listed.body.value.map((one: Item) => one.Id),
    [item.Id],
  );
  const started = await theirs.start(Name);
  assert.equal(started.body.Id, item.Id);
  const progress = (key?: string) =>
    (key ? there.with({ 'idempotency-key': key }) : there).post(
      `/odata/QueueItems(${item.Id})/${SERVICE}.SetTransactionProgress`,
      { progress: 'half' },
    );
  for (const answer of [await progress(), await progress(crypto.randomUUID())])
    assert.equal(answer.status, 200, answer.text);
  assert.equal((await theirs.end(item.Id, { IsSuccessful: true })).status, 200);
  assert.equal((await mine.item(item.Id)).Status, 'Successful');
  const told = await server.db.query<{ folder_id: number }>(
    sql`select folder_id from events where entity = 'QueueItem' and entity_key = ${String(item.Id)}`,
  );
  // Added, started, twice on its way, ended: all in the folder of the queue, whichever the caller's was.
  assert.deepEqual(
    told.map((event) => event.folder_id),
    Array.from({ length: 5 }, () => server.folder.id),
  );
  const added = await theirs.add(Name);
  assert.equal((await mine.item(added.Id)).Status, 'New');
  assert.equal((await there.delete(`/odata/QueueItems(${added.Id})`)).status, 204);

  const { body } = await admin.get(`/odata/QueueDefinitions/${CONFIG}.GetFoldersForQueue(id=${Id})`);
  assert.deepEqual(body.AccessibleFolders, [
    { DisplayName: 'Finance', FullyQualifiedName: 'Finance', Id: finance.Id },
    { DisplayName: 'Shared', FullyQualifiedName: 'Shared', Id: server.folder.id },
  ]);
  assert.equal(body.TotalFoldersCount, 2);
});

it('a name is unique in every folder where the queue is', async () => {
  const { Id, Name } = await mine.newQueue();
  const other = await theirs.newQueue({ Name: Name.toUpperCase() });
  const clash = await share([Id], [finance.Id]);
  assert.deepEqual([clash.status, clash.body.errorCode], [409, 1001]);
  await there.put(`/odata/QueueDefinitions(${other.Id})`, { Name: 'Another' });
  assert.equal((await share([Id], [finance.Id])).status, 204);
  const rename = await here.put(`/odata/QueueDefinitions(${Id})`, { Name: 'Another' });
  assert.deepEqual([rename.status, rename.body.errorCode], [409, 1001]);
  assert.equal((await here.put(`/odata/QueueDefinitions(${Id})`, { Name: 'Renamed' })).status, 200);
  assert.equal((await theirs.start('Renamed')).status, 204);
});

it('a queue that leaves a folder leaves it with all its items, and stays in one folder at least', async () => {
  const { Id, Name } = await mine.newQueue();
  const item = await mine.add(Name);
  const last = await share([Id], [], [server.folder.id]);
  assert.deepEqual([last.status, last.body.errorCode], [409, 1017]);
  assert.equal((await share([Id], [finance.Id], [server.folder.id])).status, 204);
  assert.equal((await here.get(`/odata/QueueItems(${item.Id})`)).status, 404);
  assert.equal((await mine.start(Name)).status, 404);
  const moved = await there.get(`/odata/QueueDefinitions(${Id})`);
  assert.equal(moved.body.OrganizationUnitId, finance.Id);
  assert.equal((await theirs.start(Name)).body.Id, item.Id);
  assert.equal(await abandonItems(server.db, 0), 1);
  assert.equal((await theirs.item(item.Id)).Status, 'Abandoned');
  assert.equal((await there.delete(`/odata/QueueDefinitions(${Id})`)).status, 204);
});

it('lists the queues of all folders but those of one', async () => {
  const path = `/odata/QueueDefinitions/${CONFIG}.GetQueuesAcrossFolders`;
  const only = await theirs.newQueue({ Name: 'Only in Finance' });
  const names = async (query: string, by = admin): Promise<string[]> =>
    (await by.get(path + query)).body.value.map((queue: { Name: string }) => queue.Name);
  assert.ok((await names('')).includes('Only in Finance'));
  assert.ok(!(await names(`?excludeFolderId=${finance.Id}`)).includes('Only in Finance'));
  const user = await server.user({ permissions: ['Queues.View'] });
  assert.ok(!(await names('', user)).includes('Only in Finance'));
  await share([only.Id], [server.folder.id]);
  assert.ok((await names('', user)).includes('Only in Finance'));
});

it('refuses who may not, all or nothing', async () => {
  const { Id } = await mine.newQueue();
  const secret = await theirs.newQueue();
  const user = await server.user({ permissions: ['Queues.View', 'Queues.Create'] });
  const both = await server.user({
    permissions: ['Queues.View'],
    folderRoles: { [finance.Id]: ['Automation User'] },
  });
  const denied = await share([Id], [finance.Id], [], both);
  assert.deepEqual([denied.status, denied.body.errorCode], [409, 1017], denied.text);
  assert.equal((await here.get(`/odata/QueueDefinitions(${Id})`)).body.FoldersCount, 1);
  const body = (more: object) => ({ QueueIds: [Id], ToAddFolderIds: [server.folder.id], ...more });
  await refuses(user, [
    ['a folder that is not seen', 'post', SHARE, body({ ToAddFolderIds: [finance.Id] }), 404, 1002],
    ['an unknown folder', 'post', SHARE, body({ ToAddFolderIds: [999_999] }), 404, 1002],
    ['a queue that is not seen', 'post', SHARE, body({ QueueIds: [secret.Id] }), 404, 1002],
    ['one unknown queue among others', 'post', SHARE, body({ QueueIds: [Id, 999_999] }), 404, 1002],
    ['no queues', 'post', SHARE, body({ QueueIds: [] }), 400, 1009],
    ['no body', 'post', SHARE, undefined, 400, 0],
    [
      'folders of a queue that is not seen',
      'get',
      `/odata/QueueDefinitions/${CONFIG}.GetFoldersForQueue(id=${secret.Id})`,
      undefined,
      404,
      1002,
    ],
    [
      'a folder that is no number',
      'get',
      `/odata/QueueDefinitions/${CONFIG}.GetQueuesAcrossFolders?excludeFolderId=x`,
      undefined,
      400,
      1009,
    ],
  ]);
  await refuses(server.otherTenant, [
    ['a queue of another tenant', 'post', SHARE, body({ ToAddFolderIds: [] }), 404, 1002],
  ]);
  const app = await server.app(['OR.Jobs']);
  assert.equal((await share([Id], [finance.Id], [], app)).status, 403);
  assert.equal((await theirs.start((await mine.newQueue()).Name)).status, 404);
});

it('a folder gives what the call asks of it, or nothing', async () => {
  const { Name } = await mine.newQueue();
  await mine.add(Name);
  const user = (await server.user({ permissions: ['Queues.View', 'Transactions.View'] })).in(
    server.folder.id,
  );
  for (const [query, isShown] of [
    ['mandatoryPermissions=Queues.View&mandatoryPermissions=Transactions.View', true],
    ['mandatoryPermissions=Queues.View,Queues.Edit', false],
    ['atLeastOnePermissions=Queues.Edit,Queues.View', true],
    ['atLeastOnePermissions=Queues.Edit', false],
  ] as const) {
    for (const set of ['QueueDefinitions', 'QueueItems']) {
      const { status, body, text } = await user.get(`/odata/${set}?${query}`);
      assert.equal(status, 200, text);
      assert.equal(body.value.length > 0, isShown, `${set} ${query}`);
    }
  }
  const items = await here.get(`/odata/QueueItems?$top=1&$orderby=Id desc`);
  assert.equal(items.body.value.length, 1);
  assert.equal((await here.get(`/odata/QueueItems?$top=1001`)).status, 400);
  assert.equal((await here.post(`/odata/QueueItems/${SERVICE}.NoSuchThing`, {})).status, 404);
});

it('lists the items of all queues of a folder page by page, in any order', async () => {
  const folder = await newFolder('Pages');
  const inFolder = admin.in(folder.Id);
  const { newQueue, add } = queueKit(inFolder);
  const empty = await inFolder.get('/odata/QueueItems');
  assert.deepEqual([empty.body['@odata.count'], empty.body.value], [0, []]);
  const queues = [await newQueue(), await newQueue(), await newQueue()];
  const ids: number[] = [];
  for (let i = 0; i < 11; i++)
    ids.push((await add(queues[(i * 7) % 3]!.Name, { Reference: `P-${i % 4}` })).Id);
  const guest = await mine.newQueue();
  await share([guest.Id], [folder.Id]);
  ids.push((await mine.add(guest.Name)).Id);
  /** The last one has no reference, and null stands before all others. */
  const byReference = [
    ids[11],
    ...[0, 1, 2, 3].flatMap((n) => ids.slice(0, 11).filter((_, i) => i % 4 === n)),
  ];
  const isNew = encodeURIComponent(`Status eq 'New'`);
  const isOfAny = encodeURIComponent(`RetryNumber eq 0`);
  for (const [order, expected] of [
    ['', ids],
    ['&$orderby=Id', ids],
    ['&$orderby=Id desc', ids.toReversed()],
    ['&$orderby=CreationTime', ids],
    ['&$orderby=CreationTime desc', ids.toReversed()],
    ['&$orderby=CreationTime desc,Reference&$select=Id', ids.toReversed()],
    ['&$orderby=Reference', byReference],
    [`&$filter=${isNew}`, ids],
    [`&$filter=${isNew}&$orderby=CreationTime desc&$expand=QueueDefinition`, ids.toReversed()],
    [`&$filter=${isNew}&$orderby=Reference`, byReference],
    [`&$filter=${isOfAny}&$orderby=CreationTime desc`, ids.toReversed()],
    [`&$filter=${isOfAny}&$orderby=Reference`, byReference],
  ] as const) {
    const seen: number[] = [];
    for (let skip = 0; skip < 15; skip += 5) {
      const { body } = await inFolder.get(`/odata/QueueItems?$top=5&$skip=${skip}${order}`);
      assert.equal(body['@odata.count'], 12);
      seen.push(...body.value.map((one: Item) => one.Id));
    }
    assert.deepEqual(seen, expected, order);
  }
  for (const [filter, expected] of [
    [`Reference eq 'P-1'`, 3],
    [`QueueDefinition/Name eq '${queues[0]!.Name}'`, 4],
    [`QueueDefinitionName eq '${guest.Name}' and Status eq 'New'`, 1],
    [`QueueDefinitionName eq '${guest.Name}' or Reference eq 'P-1'`, 4],
    [`QueueDefinitionName eq 'Nowhere'`, 0],
    [`QueueDefinitionId eq ${queues[1]!.Id}`, 4],
    [`not (QueueDefinitionId eq ${queues[1]!.Id})`, 8],
    [`Status in ('New','InProgress') and not (QueueDefinition/Name eq '${guest.Name}')`, 11],
    [`Status eq 'New' and QueueDefinitionId eq ${queues[1]!.Id}`, 4],
    [`Status eq 'Failed' or Status eq 'Deleted'`, 0],
    [`Status eq 'New' and Reference eq 'P-1'`, 3],
  ] as const) {
    const { body } = await inFolder.get(`/odata/QueueItems?$filter=${encodeURIComponent(filter)}`);
    assert.equal(body['@odata.count'], expected, filter);
    assert.equal(body.value.length, expected, filter);
  }
  // Added at the same moment by two calls: the one with the later id may have the earlier time.
  const [early, late] = [ids[3]!, ids[4]!];
  const at = { [early]: '2031-01-01T00:00:00Z', [late]: '2030-01-01T00:00:00Z' };
  for (const [id, time] of Object.entries(at))
    await server.db.execute({
      text: 'update queue_items set created_at = $2 where id = $1',
      values: [Number(id), time],
    });
  for (const [order, expected] of [
    ['CreationTime', [late, early]],
    ['CreationTime desc', [early, late]],
  ] as const) {
    const filter = encodeURIComponent(`Id in (${early},${late})`);
    const { body } = await inFolder.get(`/odata/QueueItems?$filter=${filter}&$orderby=${order}`);
    assert.deepEqual(
      body.value.map((one: Item) => one.Id),
      expected,
    );
  }
  const counted = await inFolder.get('/odata/QueueItems?$top=0&$count=true');
  assert.deepEqual([counted.body['@odata.count'], counted.body.value], [12, []]);
});
