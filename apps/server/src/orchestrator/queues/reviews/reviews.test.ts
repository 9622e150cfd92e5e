import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { testServer } from '../../../server.fixture.ts';
import { CONFIG, type Item, queueKit, refuses, SERVICE, versioned } from '../queues.fixture.ts';

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const { newQueue, add, begin, start, fail, item } = queueKit(caller);
const at = (operation: string): string => `/odata/QueueItems/${SERVICE}.${operation}`;
const post = (operation: string, body: object, by = caller) => by.post(at(operation), body);
const failed = async (queue: string, more: object = {}): Promise<Item> => {
  const { Id } = await begin(queue, more);
  await fail(Id);
  return item(Id);
};
const reviewer = await server.user({
  permissions: ['Queues.View', 'Transactions.View', 'Transactions.Edit', 'Transactions.Delete'],
});
const onlooker = await server.user({ permissions: ['Queues.View', 'Transactions.View'] });

describe('reviewers', () => {
  it('are who may see queues and edit transactions in the folder', async () => {
    const { status, body } = await caller.get(`/odata/QueueItems/${CONFIG}.GetReviewers`);
    assert.equal(status, 200);
    const ids = new Set(body.value.map(({ Id }: Item) => Id));
    assert.ok(ids.has(server.admin.userId) && ids.has(reviewer.userId));
    assert.ok(!ids.has(onlooker.userId));
    const filtered = await caller.get(
      `/odata/QueueItems/${CONFIG}.GetReviewers?$filter=Id eq ${reviewer.userId}&$select=UserName`,
    );
    assert.deepEqual(Object.keys(filtered.body.value[0]), ['UserName']);
  });

  it('are given items, and items are taken from them', async () => {
    const { Name } = await newQueue();
    const [one, two] = [await failed(Name), await failed(Name)];
    const given = await post('SetItemReviewer', { userId: reviewer.userId, queueItems: versioned(one, two) });
    assert.deepEqual(given.body, { Success: true, Message: null, FailedItems: [] });
    const now = await caller.get(`/odata/QueueItems(${one.Id})?$expand=ReviewerUser,Robot`);
    assert.equal(now.body.ReviewStatus, 'InReview');
    assert.equal(now.body.ReviewerUserId, reviewer.userId);
    assert.equal(now.body.ReviewerUser.Id, reviewer.userId);
    assert.equal(now.body.Robot, null);
    assert.notEqual(now.body.RowVersion, one.RowVersion);
    const mine = await caller.get(`/odata/QueueItems?$filter=ReviewerUserId eq ${reviewer.userId}`);
    assert.equal(mine.body['@odata.count'], 2);
    assert.equal((await post('UnsetItemReviewer', { queueItems: [{ Id: one.Id }] })).body.Success, true);
    const then = await item(one.Id);
    assert.deepEqual([then.ReviewerUserId, then.ReviewStatus, then.Status], [null, 'InReview', 'Failed']);
  });

  it('leave alone what has changed since it was read, and do the rest', async () => {
    const { Name } = await newQueue();
    const [one, two, three] = [await failed(Name), await failed(Name), await add(Name)];
    await post('SetItemReviewStatus', { status: 'InReview', queueItems: versioned(one) });
    const queueItems = [...versioned(one, two, three), { Id: 999_999_999 }];
    const { status, body } = await post('SetItemReviewer', { userId: reviewer.userId, queueItems });
    assert.equal(status, 200);
    assert.equal(body.Success, false);
    assert.deepEqual(body.FailedItems, [one.Id, three.Id, 999_999_999]);
    assert.match(body.Message, /^3 of 4 items were left as they are: item \d+ has changed since it was read/);
    assert.equal((await item(two.Id)).ReviewerUserId, reviewer.userId);
    assert.equal((await item(one.Id)).ReviewerUserId, null);
  });
});

describe('review status', () => {
  const STATUSES = ['None', 'InReview', 'Verified', 'Retried'];
  /** From the row, to the column. */
  const allowed: Readonly<Record<string, readonly boolean[]>> = {
    None: [true, true, true, true],
    InReview: [true, true, true, true],
    Verified: [true, true, true, false],
    Retried: [false, false, false, false],
  };
  for (const from of STATUSES) {
    for (const [i, to] of STATUSES.entries()) {
      it(`${from} ${allowed[from]![i] ? 'may' : 'may not'} become ${to}`, async () => {
        const { Name } = await newQueue();
        const { Id } = await failed(Name);
        const set = (status: string) => post('SetItemReviewStatus', { status, queueItems: [{ Id }] });
        if (from !== 'None') await set(from);
        const { body } = await set(to);
        assert.equal(body.Success, allowed[from]![i], body.Message);
        assert.equal((await item(Id)).ReviewStatus, allowed[from]![i] ? to : from);
      });
    }
  }

  it('Retried puts the item into the queue again, however often somebody says so', async () => {
    const { Name } = await newQueue({
      EnforceUniqueReference: true,
      AcceptAutomaticallyRetry: true,
      MaxNumberOfRetries: 1,
    });
    const first = await begin(Name, { Reference: 'M-1', SpecificContent: { Amount: 3 }, Priority: 'High' });
    await fail(first.Id, { Type: 'ApplicationException' });
    const second = (await start(Name)).body;
    await fail(second.Id);
    const redo = await post('SetItemReviewStatus', {
      status: 'Retried',
      queueItems: versioned(await item(second.Id)),
    });
    assert.deepEqual(redo.body, { Success: true, Message: null, FailedItems: [] });
    const old = await item(second.Id);
    assert.deepEqual([old.Status, old.ReviewStatus], ['Failed', 'Retried']);
    const third = (await start(Name)).body;
    assert.deepEqual(
      [third.Key, third.Reference, third.SpecificContent, third.RetryNumber],
      [first.Key, 'M-1', { Amount: 3 }, 0],
    );
    assert.deepEqual(
      [third.ManualAncestorId, third.ManualAncestorUniqueKey, third.ManualRetryNumber],
      [second.Id, second.UniqueKey, 1],
    );
    assert.notEqual(third.UniqueKey, second.UniqueKey);
    // Its own automatic retries keep what it descends from.
    await fail(third.Id, { Type: 'ApplicationException' });
    const fourth = (await start(Name)).body;
    assert.deepEqual(
      [fourth.RetryNumber, fourth.ManualRetryNumber, fourth.ManualAncestorId],
      [1, 1, second.Id],
    );
    const again = await post('SetItemReviewStatus', { status: 'Retried', queueItems: [{ Id: second.Id }] });
    assert.deepEqual(again.body.FailedItems, [second.Id]);
    const last = await caller.get(`/odata/QueueItems(${first.Id})/${CONFIG}.GetItemLastRetry`);
    assert.equal(last.body.Id, fourth.Id);
    const attempts = await caller.get(`/odata/QueueItems(${first.Id})/${SERVICE}.GetItemProcessingHistory`);
    assert.equal(attempts.body['@odata.count'], 4);
  });

  it('counts once for those who say Retried at the same time', async () => {
    const { Name, Id: queueId } = await newQueue();
    const one = await failed(Name);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        post('SetItemReviewStatus', { status: 'Retried', queueItems: versioned(one) }),
      ),
    );
    assert.equal(answers.filter(({ body }) => body.Success).length, 1);
    const { body } = await caller.get(`/odata/QueueItems?$filter=QueueDefinitionId eq ${queueId}`);
    assert.equal(body['@odata.count'], 2);
  });
});

describe('deleting in bulk', () => {
  it('deletes what may be deleted and names the rest', async () => {
    const { Name } = await newQueue({ EnforceUniqueReference: true });
    const [fresh, running] = [await add(Name, { Reference: 'D-1' }), await begin(Name, { Reference: 'D-2' })];
    const { body } = await post('DeleteBulk', { queueItems: versioned(fresh, running) });
    assert.equal(body.Success, false);
    assert.deepEqual(body.FailedItems, [running.Id]);
    assert.equal((await item(fresh.Id)).Status, 'Deleted');
    await add(Name, { Reference: 'D-1' });
  });
});

it('refuses, naming what is wrong', async () => {
  const { Name } = await newQueue();
  const { Id } = await failed(Name);
  const queueItems = [{ Id }];
  await refuses(caller, [
    ['no items', 'post', at('DeleteBulk'), {}, 400, 1009],
    ['no body', 'post', at('DeleteBulk'), undefined, 400, 0],
    ['an item without id', 'post', at('DeleteBulk'), { queueItems: [{}] }, 400, 1009],
    ['no reviewer', 'post', at('SetItemReviewer'), { queueItems }, 400, 1009],
    ['an unknown reviewer', 'post', at('SetItemReviewer'), { userId: 999_999, queueItems }, 400, 1009],
    [
      'a reviewer who may not',
      'post',
      at('SetItemReviewer'),
      { userId: onlooker.userId, queueItems },
      400,
      1009,
    ],
    ['no status', 'post', at('SetItemReviewStatus'), { queueItems }, 400, 1009],
    ['an unknown status', 'post', at('SetItemReviewStatus'), { status: 'Fine', queueItems }, 400, 1009],
    ['items that are none', 'post', at('UnsetItemReviewer'), { queueItems: 3 }, 400, 1009],
  ]);
  const there = onlooker.in(server.folder.id);
  for (const [operation, body] of [
    ['SetItemReviewer', { userId: reviewer.userId, queueItems }],
    ['UnsetItemReviewer', { queueItems }],
    ['SetItemReviewStatus', { status: 'Verified', queueItems }],
    ['DeleteBulk', { queueItems }],
  ] as const)
    assert.equal((await post(operation, body, there)).status, 403, operation);
  assert.equal((await there.get(`/odata/QueueItems/${CONFIG}.GetReviewers`)).status, 403);
  const elsewhere = await post('DeleteBulk', { queueItems }, server.otherTenant.in(server.otherFolder.id));
  assert.deepEqual(elsewhere.body.FailedItems, [Id]);
  assert.equal((await item(Id)).Status, 'Failed');
});
