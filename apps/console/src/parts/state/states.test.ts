import assert from 'node:assert/strict';
import { it } from 'node:test';
import { JobState, SessionState } from '@baton/contract/enumerations';
import { QueueItemStatus } from '@baton/contract/queues-shared';
import { parts as en } from '../../texts/en/parts.ts';
import { parts as ja } from '../../texts/ja/parts.ts';
import { lookOf, type Of } from './states.ts';

const STATES: Readonly<Record<Of, readonly string[]>> = {
  job: Object.keys(JobState),
  item: [...Object.keys(QueueItemStatus), 'Deferred'],
  session: Object.keys(SessionState),
};

it('has a look and a word for each state', () => {
  for (const [of, states] of Object.entries(STATES) as [Of, string[]][])
    for (const state of states) {
      assert.ok(lookOf(of, state).shape);
      for (const words of [en, ja]) assert.ok(words.states[of][state], `${of} ${state} has no word`);
    }
});

it('no two states of a thing look the same unless they mean the same', () => {
  for (const [of, states] of Object.entries(STATES) as [Of, string[]][]) {
    const looks = states
      .filter((state) => !['Resumed', 'Terminating'].includes(state))
      .map((state) => Object.values(lookOf(of, state)).join(' '));
    assert.deepEqual(looks, [...new Set(looks)]);
  }
});

it('a business exception is a warning, an application exception a fault', () => {
  assert.equal(lookOf('item', 'Failed').tone, 'faulted');
  assert.equal(lookOf('item', 'Failed', true).tone, 'stopped');
});

it('shows a state it does not know as unknown', () => {
  assert.deepEqual(lookOf('job', 'constructor'), { tone: 'hollow', shape: 'dashed' });
});
