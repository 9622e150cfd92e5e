import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ApiFailure } from '@baton/client/api-failure';
import { faultOf } from './fault.ts';

it('says why in the words of the server, with the trace id', () => {
  const body = { message: 'The queue does not exist.', errorCode: 1002, traceId: '00-4bf9-00' };
  assert.deepEqual(faultOf(new ApiFailure(404, body, 'GET /odata/QueueItems')), {
    why: 'The queue does not exist.',
    kind: 'missing',
    traceId: '00-4bf9-00',
  });
  assert.equal(faultOf(new ApiFailure(409, {}, 'x')).kind, 'refused');
  assert.equal(faultOf(new ApiFailure(500, {}, 'x')).kind, 'broken');
});

it('knows that no answer came', () => {
  assert.equal(faultOf(new TypeError('Failed to fetch')).kind, 'offline');
  assert.deepEqual(faultOf('odd'), { why: 'odd', kind: 'broken' });
});
