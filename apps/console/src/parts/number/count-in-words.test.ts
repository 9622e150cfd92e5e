import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bytes, fullCount, shortCount } from './count-in-words.ts';

it('says large numbers shortly, and never larger than they are', () => {
  const cases: readonly (readonly [number, string, string])[] = [
    [0, '0', '0'],
    [9999, '9,999', '9,999'],
    [10_000, '10k', '1万'],
    [12_449, '12.4k', '1.2万'],
    [999_999, '999.9k', '99.9万'],
    [3_190_000, '3.1M', '319万'],
  ];
  for (const [value, english, japanese] of cases) {
    assert.equal(shortCount(value, 'en'), english);
    assert.equal(shortCount(value, 'ja'), japanese);
  }
  assert.equal(shortCount(12_449, 'en', true), '~12.4k');
  assert.equal(fullCount(12_449, 'en'), '12,449');
});

it('says sizes', () => {
  assert.equal(bytes(512, 'en'), '512 B');
  assert.equal(bytes(1_449_000, 'en'), '1.4 MB');
});
