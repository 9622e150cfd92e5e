import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { testServer } from '../../../server.fixture.ts';
import { CONFIG, queueKit, refuses, SERVICE } from '../queues.fixture.ts';

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const { newQueue, add, begin, start, end, fail, item } = queueKit(caller);

interface Event {
  readonly Id: number;
  readonly Action: string;
  readonly Status: string;
  readonly [name: string]: unknown;
}
const eventsHistory = (id: number) =>
  `/odata/QueueItemEvents/${CONFIG}.GetQueueItemEventsHistory(queueItemId=${id})`;
const historyOf = async (id: number): Promise<readonly Event[]> => {
  const { status, body, text } = await caller.get(eventsHistory(id));
  assert.equal(status, 200, text);
  return body.value;
};

describe('history', () => {
  it('tells what happened to all attempts at an item, by whom, and how it was then', async () => {
    const { Name } = await newQueue({ AcceptAutomaticallyRetry: true, MaxNumberOfRetries: 1 });
    const { Id } = await add(Name);
    await caller.put(`/odata/QueueItems(${Id})`, { Priority: 'High' });
    await start(Name);
    await caller.post(`/odata/QueueItems(${Id})/${SERVICE}.SetTransactionProgress`, { progress: 'half' });
    await fail(Id, { Type: 'ApplicationException' });
    const next = (await start(Name)).body;
    await fail(next.Id);
    const queueItems = [{ Id: next.Id }];
    await caller.post(`/odata/QueueItems/${SERVICE}.SetItemReviewer`, {
      userId: server.admin.userId,
      queueItems,
    });
    await caller.post(`/odata/QueueItems/${SERVICE}.SetItemReviewStatus`, { status: 'Verified', queueItems });
    await caller.delete(`/odata/QueueItems(${next.Id})`);

    const events = await historyOf(Id);
    assert.deepEqual(
      events.map((e) => [e.QueueItemId, e.Action, e.Status, e.ReviewStatus]),
      [
        [Id, 'Create', 'New', 'None'],
        [Id, 'Edit', 'New', 'None'],
        [Id, 'Status', 'InProgress', 'None'],
        [Id, 'Edit', 'InProgress', 'None'],
        [Id, 'Retry', 'Retried', 'None'],
        [next.Id, 'Status', 'InProgress', 'None'],
        [next.Id, 'Status', 'Failed', 'None'],
        [next.Id, 'Edit', 'Failed', 'InReview'],
        [next.Id, 'Edit', 'Failed', 'Verified'],
        [next.Id, 'Delete', 'Deleted', 'None'],
      ],
    );
    const [created, edited] = events;
    assert.equal(created!.UserId, server.admin.userId);
    assert.equal(typeof created!.UserName, 'string');
    assert.deepEqual(JSON.parse(edited!.Data as string), { changed: ['Priority'] });
    assert.equal(events[7]!.ReviewerUserId, server.admin.userId);
    assert.equal(events[7]!.ReviewerUserName, created!.UserName);
    assert.deepEqual(await historyOf(next.Id), events);

    const one = await caller.get(`/odata/QueueItemEvents(${created!.Id})`);
    assert.deepEqual(
      { ...one.body, '@odata.context': undefined },
      { ...created, '@odata.context': undefined },
    );
    const listed = await caller.get(
      `/odata/QueueItemEvents?$filter=QueueItemId eq ${Id} and Action eq 'Status'&$orderby=Timestamp desc`,
    );
    assert.equal(listed.body['@odata.count'], 1);
  });

  it('of an item that was started as it was added begins with that', async () => {
    const { Name } = await newQueue();
    const { Id } = await begin(Name, { Reference: 'B-1' });
    const [created, ...more] = await historyOf(Id);
    assert.deepEqual([created!.Action, created!.Status, more.length], ['Create', 'InProgress', 0]);
    assert.deepEqual(JSON.parse(created!.Data as string), { reference: 'B-1' });
  });

  it('tells applications by their client id', async () => {
    const { Name } = await newQueue();
    const app = (await server.app(['OR.Queues'])).in(server.folder.id);
    const { Id } = await queueKit(app).add(Name);
    const [created] = await historyOf(Id);
    assert.equal(created!.UserId, null);
    assert.match(created!.ExternalClientId as string, /^[0-9a-f-]{36}$/);
  });

  it('is one row of the outbox for each change', async () => {
    const { Name } = await newQueue();
    const { Id } = await add(Name);
    await start(Name);
    await end(Id, { IsSuccessful: true });
    const { length } = await server.db.query({
      text: `select from events where entity = 'QueueItem' and entity_key = $1`,
      values: [String(Id)],
    });
    assert.equal(length, 3);
    assert.equal((await historyOf(Id)).length, 3);
  });
});

describe('comments', () => {
  it('are written, changed and deleted by their author, and shown with all attempts', async () => {
    const { Name } = await newQueue({ AcceptAutomaticallyRetry: true, MaxNumberOfRetries: 1 });
    const { Id } = await add(Name);
    await start(Name);
    const made = await caller.post('/odata/QueueItemComments', {
      QueueItemId: Id,
      Text: 'Wrong number.',
      CreationTime: '2000-01-01T00:00:00Z',
      UserId: 1,
    });
    assert.equal(made.status, 201, made.text);
    assert.equal(made.body.UserId, server.admin.userId);
    assert.ok(made.body.CreationTime > '2020');
    const path = `/odata/QueueItemComments(${made.body.Id})`;
    assert.equal((await caller.put(path, { QueueItemId: 77, Text: 'Wrong customer.' })).status, 200);
    const { body } = await caller.get(path);
    assert.deepEqual([body.Text, body.QueueItemId], ['Wrong customer.', Id]);
    await fail(Id, { Type: 'ApplicationException' });
    const next = (await start(Name)).body;
    await caller.post('/odata/QueueItemComments', { QueueItemId: next.Id, Text: 'Second try.' });
    const history = await caller.get(
      `/odata/QueueItemComments/${CONFIG}.GetQueueItemCommentsHistory(queueItemId=${Id})`,
    );
    assert.deepEqual(
      history.body.value.map((c: { Text: string }) => c.Text),
      ['Wrong customer.', 'Second try.'],
    );
    const listed = await caller.get(`/odata/QueueItemComments?$filter=QueueItemId eq ${Id}`);
    assert.equal(listed.body['@odata.count'], 1);
    assert.equal((await caller.delete(path)).status, 204);
    assert.equal((await caller.get(path)).status, 404);
  });

  it('are nobody else’s to change', async () => {
    const { Name } = await newQueue();
    const { Id } = await add(Name);
    const { body } = await caller.post('/odata/QueueItemComments', { QueueItemId: Id, Text: 'Mine.' });
    const path = `/odata/QueueItemComments(${body.Id})`;
    const user = await server.user({
      permissions: ['Queues.View', 'Transactions.View', 'Transactions.Edit'],
    });
    const app = await server.app(['OR.Queues']);
    for (const other of [user, app]) {
      await refuses(other.in(server.folder.id), [
        ['changing it', 'put', path, { Text: 'Yours.' }, 403, 1007],
        ['deleting it', 'delete', path, undefined, 403, 1007],
      ]);
    }
    assert.equal((await caller.get(path)).body.Text, 'Mine.');
  });
});

it('refuses, naming what is wrong', async () => {
  const { Name } = await newQueue();
  const { Id } = await add(Name);
  const { body } = await caller.post('/odata/QueueItemComments', { QueueItemId: Id, Text: 'Here.' });
  const [event] = await historyOf(Id);
  const comments = '/odata/QueueItemComments';
  const commentsHistory = (id: number) =>
    `${comments}/${CONFIG}.GetQueueItemCommentsHistory(queueItemId=${id})`;
  await refuses(caller, [
    ['a comment on nothing', 'post', comments, { QueueItemId: 999_999, Text: 'x' }, 404, 1002],
    ['a comment without item', 'post', comments, { Text: 'x' }, 400, 1009],
    ['a comment without text', 'post', comments, { QueueItemId: Id, Text: '' }, 400, 1009],
    ['a comment that is too long', 'post', comments, { QueueItemId: Id, Text: 'x'.repeat(513) }, 400, 1009],
    ['an unknown comment', 'get', `${comments}(999999)`, undefined, 404, 1002],
    ['changing an unknown one', 'put', `${comments}(999999)`, { Text: 'x' }, 404, 1002],
    ['deleting an unknown one', 'delete', `${comments}(999999)`, undefined, 404, 1002],
    ['a filter that is none', 'get', `${comments}?$filter=Nope eq 1`, undefined, 400, 1000],
    ['comments of nothing', 'get', commentsHistory(999_999), undefined, 404, 1002],
    ['an unknown event', 'get', '/odata/QueueItemEvents(999999)', undefined, 404, 1002],
    ['events by what they have not', 'get', '/odata/QueueItemEvents?$orderby=Nope', undefined, 400, 1000],
    ['events of nothing', 'get', eventsHistory(999_999), undefined, 404, 1002],
    ['an item in words', 'put', `/odata/QueueItems(x)`, {}, 400, 1009],
  ]);
  await refuses(server.otherTenant.in(server.otherFolder.id), [
    ['a comment of another tenant', 'get', `${comments}(${body.Id})`, undefined, 404, 1002],
    ['events of another tenant', 'get', eventsHistory(Id), undefined, 404, 1002],
    ['an event of another tenant', 'get', `/odata/QueueItemEvents(${event!.Id})`, undefined, 404, 1002],
    ['commenting in another tenant', 'post', comments, { QueueItemId: Id, Text: 'x' }, 404, 1002],
  ]);
  assert.equal((await item(Id)).Status, 'New');
});
