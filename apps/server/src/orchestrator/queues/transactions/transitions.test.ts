import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { type Answer, testServer } from '../../../server.fixture.ts';
import { type Item, queueKit, SERVICE, versioned } from '../queues.fixture.ts';
import { abandonItems } from './abandon-items.ts';

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const { newQueue, add, begin, start, end, fail, item } = queueKit(caller);
const post = (operation: string, body: object): Promise<Answer> =>
  caller.post(`/odata/QueueItems/${SERVICE}.${operation}`, body);

type State = 'New' | 'InProgress' | 'Failed' | 'Successful' | 'Abandoned' | 'Retried' | 'Deleted';
const STATES: readonly State[] = [
  'New',
  'InProgress',
  'Failed',
  'Successful',
  'Abandoned',
  'Retried',
  'Deleted',
];

/** An item of a fresh queue, brought into a state by calls. */
async function inState(state: State): Promise<{ queue: string; now: Item }> {
  const retries = { AcceptAutomaticallyRetry: true, MaxNumberOfRetries: 1, EnforceUniqueReference: true };
  const { Name: queue } = await newQueue(retries);
  const { Id } = await (state === 'New' || state === 'Deleted' ? add : begin)(queue, { Reference: 'R' });
  if (state === 'Failed') await fail(Id);
  if (state === 'Successful') await end(Id, { IsSuccessful: true });
  if (state === 'Retried') await fail(Id, { Type: 'ApplicationException' });
  if (state === 'Abandoned') await abandonItems(server.db, 0);
  if (state === 'Deleted') await caller.delete(`/odata/QueueItems(${Id})`);
  const now = await item(Id);
  assert.equal(now.Status, state);
  return { queue, now };
}

/**
 * What can be done to one item; `taken` says whether it had the effect, whatever the status of the answer.
 */
interface Trigger {
  readonly do: (now: Item, queue: string) => Promise<Answer>;
  readonly isTaken: (answer: Answer) => boolean;
  /** Status of a refusal. */
  readonly refusal: number;
  /** States from which it is legal, and what becomes of the item there. */
  readonly legal: Partial<Record<State, State>>;
}

const isOk = (answer: Answer): boolean => answer.status < 300;
const isSuccess = (answer: Answer): boolean => answer.body.Success === true;
const stay = { Failed: 'Failed', Abandoned: 'Abandoned' } as const;
const byResult = (result: object, becomes: State): Trigger => ({
  do: ({ Id }) => end(Id, result),
  isTaken: isOk,
  refusal: 409,
  legal: { InProgress: becomes },
});
const exception = (Type: string) => ({
  IsSuccessful: false,
  ProcessingException: { Reason: 'broken', Type },
});
const review = (status: string): Trigger => ({
  do: (now) => post('SetItemReviewStatus', { status, queueItems: versioned(now) }),
  isTaken: isSuccess,
  refusal: 200,
  legal: stay,
});

const TRIGGERS: Readonly<Record<string, Trigger>> = {
  start: {
    do: (_, queue) => start(queue, { Reference: 'R' }),
    isTaken: ({ status }) => status === 200,
    refusal: 204,
    // The item that stands in for a retried one is New and is what the robot gets; the retried one stays.
    legal: { New: 'InProgress', Retried: 'Retried' },
  },
  success: byResult({ IsSuccessful: true }, 'Successful'),
  'application exception': byResult(exception('ApplicationException'), 'Retried'),
  'business exception': byResult(exception('BusinessException'), 'Failed'),
  postpone: byResult({ IsSuccessful: false, DeferDate: '2999-01-01T00:00:00Z' }, 'New'),
  progress: {
    do: ({ Id }) =>
      caller.post(`/odata/QueueItems(${Id})/${SERVICE}.SetTransactionProgress`, { progress: 'half' }),
    isTaken: isOk,
    refusal: 409,
    legal: { InProgress: 'InProgress' },
  },
  edit: {
    do: ({ Id }) => caller.put(`/odata/QueueItems(${Id})`, { Priority: 'High' }),
    isTaken: isOk,
    refusal: 409,
    legal: { New: 'New' },
  },
  delete: {
    do: ({ Id }) => caller.delete(`/odata/QueueItems(${Id})`),
    isTaken: isOk,
    refusal: 409,
    legal: { New: 'Deleted', Failed: 'Deleted', Successful: 'Deleted', Abandoned: 'Deleted' },
  },
  'delete in bulk': {
    do: (now) => post('DeleteBulk', { queueItems: versioned(now) }),
    isTaken: isSuccess,
    refusal: 200,
    legal: { New: 'Deleted', Failed: 'Deleted', Successful: 'Deleted', Abandoned: 'Deleted' },
  },
  'give to a reviewer': {
    do: (now) => post('SetItemReviewer', { userId: server.admin.userId, queueItems: versioned(now) }),
    isTaken: isSuccess,
    refusal: 200,
    legal: stay,
  },
  'take from its reviewer': {
    do: (now) => post('UnsetItemReviewer', { queueItems: versioned(now) }),
    isTaken: isSuccess,
    refusal: 200,
    legal: stay,
  },
  review: review('InReview'),
  verify: review('Verified'),
  'retry by hand': review('Retried'),
  abandon: {
    async do() {
      await abandonItems(server.db, 0);
      return { status: 200, body: { Success: true }, text: '', headers: new Headers() };
    },
    isTaken: () => true,
    refusal: 200,
    // Run for every state: whatever is not in progress stays as it is.
    legal: Object.fromEntries(STATES.map((state) => [state, state === 'InProgress' ? 'Abandoned' : state])),
  },
};

describe('every state and everything that can be done in it', () => {
  for (const state of STATES) {
    for (const [what, trigger] of Object.entries(TRIGGERS)) {
      const becomes = trigger.legal[state];
      it(`${state}: ${what} ${becomes ? `makes it ${becomes}` : 'is refused'}`, async () => {
        const { queue, now } = await inState(state);
        const answer = await trigger.do(now, queue);
        assert.equal(trigger.isTaken(answer), becomes !== undefined, answer.text);
        if (!becomes) assert.equal(answer.status, trigger.refusal, answer.text);
        const then = await item(now.Id);
        assert.equal(then.Status, becomes ?? state);
        if (!becomes) assert.deepEqual(then, now);
      });
    }
  }

  it('gathered: of results that come together for one item the first counts, for others their own state', async () => {
    // Whatever is in progress while an item is made Abandoned would be too: so that state comes first.
    const states = STATES.toSorted((a) => (a === 'Abandoned' ? -1 : 0));
    const items: Item[] = [];
    for (const state of states) items.push((await inState(state)).now);
    const answers = await Promise.all(
      items.flatMap(({ Id }) => [1, 2, 3].map(() => end(Id, { IsSuccessful: true }))),
    );
    for (const [i, state] of states.entries()) {
      const statuses = answers.slice(i * 3, i * 3 + 3).map(({ status }) => status);
      assert.deepEqual(statuses.toSorted(), state === 'InProgress' ? [200, 409, 409] : [409, 409, 409]);
      const { Status } = await item(items[i]!.Id);
      assert.equal(Status, state === 'InProgress' ? 'Successful' : state);
    }
  });
});

describe('abandoned transactions', () => {
  it('are retried where the queue says so, as often as it says', async () => {
    const { Name, Id } = await newQueue({
      RetryAbandonedItems: true,
      AcceptAutomaticallyRetry: true,
      MaxNumberOfRetries: 1,
      EnforceUniqueReference: true,
    });
    const first = await begin(Name, { Reference: 'A-1' });
    assert.equal(await abandonItems(server.db, 0), 1);
    assert.equal((await item(first.Id)).Status, 'Retried');
    const second = (await start(Name)).body;
    assert.deepEqual(
      [second.AncestorId, second.RetryNumber, second.Key, second.Reference],
      [first.Id, 1, first.Key, 'A-1'],
    );
    await abandonItems(server.db, 0);
    assert.equal((await item(second.Id)).Status, 'Abandoned');
    const { body } = await caller.get(`/odata/QueueItems?$filter=QueueDefinitionId eq ${Id}`);
    assert.equal(body['@odata.count'], 2);
  });

  it('are left alone as long as their time has not come', async () => {
    const { Name } = await newQueue();
    const { Id } = await begin(Name);
    await abandonItems(server.db);
    assert.equal((await item(Id)).Status, 'InProgress');
  });
});

it('a postponed transaction is nobody’s until it is started again, and keeps its attempt', async () => {
  const { Name } = await newQueue({ EnforceUniqueReference: true });
  const { Id } = await begin(Name, { Reference: 'P-1' });
  const put = { IsSuccessful: false, DeferDate: '2020-01-01T00:00:00Z', DueDate: '2030-01-01T00:00:00Z' };
  assert.equal((await end(Id, put)).status, 200);
  const now = await item(Id);
  assert.deepEqual(
    [now.Status, now.StartProcessing, now.ExecutorJobKey, now.RobotId, now.RetryNumber, now.DueDate],
    ['New', null, null, null, 0, '2030-01-01T00:00:00Z'],
  );
  assert.equal((await end(Id, { IsSuccessful: true })).status, 409);
  assert.equal((await start(Name)).body.Id, Id);
});
