import { Bool, DateTime, Double, dto } from '../../kernel/contract/fields.ts';
import { operation, plain } from '../../kernel/contract/operation.ts';

// The time of a server under test. This area exists only if BATON_TEST_CLOCK is true.

export const TestClockState = dto('TestClockDto', {
  time: DateTime({ notNull: true, description: 'What the server and its database take for now.' }),
  aheadSeconds: Double({ notNull: true, description: "By how much that is ahead of the machine's clock." }),
});

const shared = { tag: 'TestClock', path: '/api/TestClock', folder: 'none' } as const;

export const getTestClock = operation({
  ...shared,
  id: 'TestClock_Get',
  method: 'GET',
  summary: 'The time of a server under test.',
  scope: null,
  permission: null,
  answer: plain(TestClockState),
});

export const turnTestClock = operation({
  ...shared,
  id: 'TestClock_Turn',
  method: 'POST',
  summary: 'Turns the time forward, on all nodes. Answers when this one has done what became due.',
  scope: 'OR.Settings',
  permission: 'Settings.Edit',
  tells: { nothing: 'The time belongs to the installation: no data of a tenant changes.' },
  body: dto('TurnTestClockRequest', {
    advanceSeconds: Double({ description: 'By how much; either this or time.' }),
    time: DateTime({ description: 'To when; either this or advanceSeconds.' }),
    robotsReport: Bool({
      description:
        'Whether connected robots count as having sent heartbeats meanwhile, as real ones do; default true. False: they were silent.',
    }),
  }),
  example: { advanceSeconds: 60 },
  answer: plain(TestClockState),
});
