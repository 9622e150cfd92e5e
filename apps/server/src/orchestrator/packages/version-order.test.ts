import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareVersions } from '../../../../../packages/nupkg/src/compare-versions.fixture.ts';
import { versionOrder } from './version-order.ts';

const label = fc.oneof(
  fc.nat({ max: 2 ** 31 }).map(String),
  fc.stringMatching(/^[0-9A-Za-z-]{1,6}$/),
  fc.constantFrom('alpha', 'Alpha', 'beta', 'rc', '007', '7', '99999999999'),
);
const version = fc
  .tuple(fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 4 }), fc.array(label, { maxLength: 3 }))
  .map(([numbers, labels]) => numbers.join('.') + (labels.length > 0 ? `-${labels.join('.')}` : ''));

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

test('texts sort as the versions they stand for', () => {
  fc.assert(
    fc.property(version, version, (a, b) => {
      assert.equal(
        Math.sign(compareBytes(versionOrder(a), versionOrder(b))),
        Math.sign(compareVersions(a, b)),
      );
    }),
    { numRuns: 2000 },
  );
});

test('versions that are the same have the same text', () => {
  for (const [a, b] of [
    ['1', '1.0.0'],
    ['1.0.0.0', '1.0'],
    ['01.2', '1.2.0'],
    ['1.0.0-Beta', '1.0-beta'],
    ['1.0.0+5', '1.0.0'],
  ]) {
    assert.equal(versionOrder(a!), versionOrder(b!), `${a} and ${b}`);
  }
});
