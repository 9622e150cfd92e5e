import assert from 'node:assert/strict';
import { it } from 'node:test';
import { gather, instantAt, layOut, type Span, shareOf } from './layout.ts';

const MINUTE = 60_000;
const SPANS: readonly Span[] = [
  { phase: 'waited', from: 0, to: 60 * MINUTE },
  { phase: 'prepared', from: 60 * MINUTE, to: 61 * MINUTE },
  { phase: 'ran', from: 61 * MINUTE },
];
const NOW = 64 * MINUTE;

it('folds a long wait, so that the run can be seen', () => {
  const pieces = layOut(SPANS, NOW);
  assert.deepEqual(
    pieces.map(({ isFolded }) => isFolded),
    [true, false, false],
  );
  assert.ok(pieces[2]!.right - pieces[2]!.left > 0.6);
  assert.ok(Math.abs(pieces[2]!.right - 1) < 1e-9);
});

it('leaves what is not idle, and what is alone, to scale', () => {
  assert.deepEqual(layOut([{ phase: 'waited', from: 0 }], NOW)[0], {
    from: 0,
    to: NOW,
    left: 0,
    right: 1,
    isFolded: false,
  });
  const even = layOut(
    [
      { phase: 'waited', from: 0, to: 10 },
      { phase: 'ran', from: 10, to: 90 },
    ],
    NOW,
  );
  assert.ok(!even[0]!.isFolded);
});

it('goes from instants to places and back', () => {
  const pieces = layOut(SPANS, NOW);
  for (const at of [0, 30 * MINUTE, 60.5 * MINUTE, 63 * MINUTE, NOW])
    assert.ok(Math.abs(instantAt(shareOf(at, pieces), pieces) - at) <= 1);
  assert.equal(shareOf(-5, pieces), 0);
  assert.equal(shareOf(NOW + 5, pieces), 1);
});

it('shows ticks that lie together as one, of the worst kind', () => {
  const ticks = Array.from({ length: 1000 }, (_, n) => ({
    at: 62 * MINUTE + n,
    kind: n === 500 ? ('error' as const) : ('item' as const),
    words: String(n),
  }));
  const shown = gather(ticks, layOut(SPANS, NOW), 400);
  assert.ok(shown.length <= 3);
  assert.equal(
    shown.reduce((sum, { count }) => sum + count, 0),
    1000,
  );
  assert.ok(shown.some(({ kind, words }) => kind === 'error' && words === '500'));
});
