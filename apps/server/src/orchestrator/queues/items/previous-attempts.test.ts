import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { type Caller, testServer } from '../../../server.fixture.ts';
import { queueKit } from '../queues.fixture.ts';

const server = await testServer({ after });
const here = server.admin.in(server.folder.id);

// Results are written together with others (hot/end-batch.ts), or alone (set-transaction-result.ts): the
// retry is the same.
const WAYS: readonly (readonly [string, () => Caller, object])[] = [
  ['together with others', () => here, {}],
  ['alone, for its key', () => here.with({ 'idempotency-key': randomUUID() }), {}],
  ['alone, for its schema', () => here, { OutputDataJsonSchema: '{"type":"object"}' }],
];

describe('a retry knows how long the attempt before took', () => {
  for (const [way, by, more] of WAYS)
    it(way, async () => {
      const { newQueue, begin } = queueKit(here);
      const { Name } = await newQueue({ AcceptAutomaticallyRetry: true, MaxNumberOfRetries: 1, ...more });
      const { Id, Key } = await begin(Name);
      await server.db.execute({
        text: `update queue_items set start_processing = start_processing - interval '2 hours' where id = $1`,
        values: [Id],
      });
      const ended = await queueKit(by()).end(Id, {
        IsSuccessful: false,
        ProcessingException: { Reason: 'x', Type: 'ApplicationException' },
      });
      assert.equal(ended.status, 200, ended.text);
      const { body } = await here.get(`/odata/QueueItems?$filter=Key eq ${Key}&$orderby=Id`);
      const [first, retry] = body.value;
      assert.deepEqual([body.value.length, first.Status, retry.AncestorId], [2, 'Retried', Id]);
      assert.equal(first.SecondsInPreviousAttempts, 0);
      // As long as this test took at most.
      const seconds: number = retry.SecondsInPreviousAttempts;
      assert.ok(seconds >= 7200 && seconds < 7200 + 3600, `${seconds} s`);
    });
});
