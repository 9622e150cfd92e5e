import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queueChaos } from './queue-chaos.fixture.ts';
import { check, type Logs, type Row } from './queue-chaos-checker.fixture.ts';

// The same with 200 robots, 100,000 items and a hundred kills: npm run chaos:queues.
test('two robots never hold one item, nothing acknowledged is lost, whatever is killed', async (t) => {
  const { violations, figures, seconds } = await queueChaos({
    kills: 6,
    robots: 60,
    items: 3000,
    lease: 3000,
    most: 300_000,
  });
  t.diagnostic(`${seconds} s; ${JSON.stringify(figures)}`);
  assert.deepEqual(violations.slice(0, 20), []);
  assert.equal(figures['adds acknowledged'], 3000);
  assert.ok(
    figures['late results of lost leases, refused'] > 0,
    'no lease was lost: nothing was shown of them',
  );
  assert.ok(figures['late results after an own one, refused'] > 0);
});

/**
 * An item that was forgotten by its first robot and done by a second one, to which the first one came late.
 */
const history = (): { logs: Logs; rows: Row[] } => ({
  logs: {
    added: ['R-1'],
    addsUnheard: 0,
    started: [
      { id: 1, reference: 'R-1', at: 1 },
      { id: 2, reference: 'R-1', at: 20 },
    ],
    startsUnheard: 0,
    results: [
      { id: 1, output: 'late', sentAt: 21, answeredAt: 22, isAccepted: false, isRepeated: false },
      { id: 2, output: 'mine', sentAt: 30, answeredAt: 31, isAccepted: true, isRepeated: false },
    ],
    unexpected: [],
  },
  rows: [
    { ...row(1), status: 'Retried', startedAt: 1, endedAt: 10, completions: 0, retries: 1 },
    { ...row(2), ancestorId: 1, output: 'mine', startedAt: 20, endedAt: 30 },
  ],
});

const row = (id: number): Row => ({
  id,
  reference: 'R-1',
  status: 'Successful',
  ancestorId: null,
  output: null,
  rowVersion: 3,
  startedAt: null,
  endedAt: null,
  starts: 1,
  completions: 1,
  retries: 0,
});

test('the checker has nothing to say of a history that is right', () => {
  const { logs, rows } = history();
  const { violations, figures } = check(logs, rows);
  assert.deepEqual(violations, []);
  assert.equal(figures['leases lost'], 1);
  assert.equal(figures['of which another robot held the item'], 1);
});

type Falsify = (history: { logs: Logs; rows: Row[] }) => void;
const change = (rows: Row[], n: number, to: Partial<Row>): void => void (rows[n] = { ...rows[n]!, ...to });

const FALSE: readonly (readonly [string, Falsify, RegExp])[] = [
  ['a lost add', ({ rows }) => rows.splice(0), /R-1 was acknowledged and is there 0 times/],
  [
    'an item twice',
    ({ rows }) => change(rows, 1, { ancestorId: null }),
    /R-1 was acknowledged and is there 2 times/,
  ],
  ['an item of nobody', ({ rows }) => rows.push({ ...row(3), reference: 'R-3' }), /nobody was told of R-3/],
  [
    'one item given to two',
    ({ logs }) => logs.started.push({ id: 2, reference: 'R-1', at: 25 }),
    /item 2 was given to two robots/,
  ],
  [
    'two at a time',
    ({ rows }) => change(rows, 1, { startedAt: 9 }),
    /attempt 2 began while attempt 1 was held/,
  ],
  [
    'two accepted results',
    ({ logs }) => logs.results.push({ ...logs.results[1]!, output: 'other' }),
    /item 2 accepted 2 results/,
  ],
  [
    'a result recorded twice',
    ({ rows }) => change(rows, 1, { completions: 2 }),
    /item 2 was completed 2 times/,
  ],
  [
    'a result for both attempts',
    ({ rows }) => change(rows, 0, { status: 'Successful', output: 'late', completions: 1, retries: 0 }),
    /attempt 1 of 2 is Successful/,
  ],
  [
    'a result of nobody',
    ({ rows }) => change(rows, 1, { output: 'x' }),
    /item 2 has a result that nobody sent: x/,
  ],
  [
    'a late result that counted',
    ({ rows }) => change(rows, 0, { output: 'late' }),
    /item 1 refused late and has it/,
  ],
  [
    'a late result that left a trace',
    ({ rows }) => change(rows, 0, { rowVersion: 4 }),
    /item 1 was changed 3 times/,
  ],
  [
    'an item left behind',
    ({ rows }) => change(rows, 1, { status: 'InProgress' }),
    /attempt 2 of 2 is InProgress/,
  ],
];

for (const [name, falsify, words] of FALSE)
  test(`the checker finds ${name}`, () => {
    const falsified = history();
    falsify(falsified);
    const { violations } = check(falsified.logs, falsified.rows);
    assert.ok(
      violations.some((violation) => words.test(violation)),
      JSON.stringify(violations),
    );
  });
