import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compareVersions } from './compare-versions.fixture.ts';
import { InvalidPackage } from './invalid-package.ts';
import { normalizeVersion, parseVersion } from './version.ts';

test('the normal form', () => {
  const cases = {
    '1': '1.0.0',
    '1.2': '1.2.0',
    '01.02.03': '1.2.3',
    '1.2.3.0': '1.2.3',
    '1.2.3.4': '1.2.3.4',
    ' 1.0.0-Beta.1+build.5 ': '1.0.0-Beta.1',
    '1.0.0+5': '1.0.0',
    '2147483647.0.0': '2147483647.0.0',
  };
  for (const [text, normal] of Object.entries(cases)) assert.equal(normalizeVersion(text), normal);
  for (const text of [
    '',
    'a',
    '1.',
    '1.2.3.4.5',
    '-1',
    '1.0-',
    '1.0-a..b',
    '1.0-ä',
    'v1',
    '2147483648',
    '1 .0',
  ]) {
    assert.equal(parseVersion(text), null, text);
    assert.throws(() => normalizeVersion(text), InvalidPackage);
  }
});

test('the order', () => {
  const sorted = [
    'junk',
    '1.0.0-1',
    '1.0.0-2',
    '1.0.0-10',
    '1.0.0-a',
    '1.0.0-A.1',
    '1.0.0-b',
    '1.0.0',
    '1.0.0.1',
  ];
  const more = [...sorted, '1.0.1', '1.2.0', '1.10.0', '2.0.0-rc', '2.0.0'];
  assert.deepEqual(more.toReversed().sort(compareVersions), more);
  assert.equal(compareVersions('1.0', '1.0.0.0+x'), 0);
  assert.equal(compareVersions('1.0.0-RC', '1.0.0-rc'), 0);
});

test('a total order that agrees with the normal form', () => {
  const number = fc.nat(20).map(String);
  const label = fc.constantFrom('0', '1', '10', 'a', 'A', 'b', '9999999999', '-');
  const version = fc
    .tuple(fc.array(number, { minLength: 1, maxLength: 4 }), fc.array(label, { maxLength: 3 }))
    .map(([numbers, labels]) => numbers.join('.') + (labels.length > 0 ? `-${labels.join('.')}` : ''));
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      assert.equal(Math.sign(compareVersions(a, b)), 0 - Math.sign(compareVersions(b, a)));
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0);
      assert.equal(compareVersions(a, normalizeVersion(a)), 0);
      const same = normalizeVersion(a).toLowerCase() === normalizeVersion(b).toLowerCase();
      assert.equal(compareVersions(a, b) === 0, same);
    }),
  );
});
