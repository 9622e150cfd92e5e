import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parts as en } from '../../texts/en/parts.ts';
import { parts as ja } from '../../texts/ja/parts.ts';
import { exactDuration, shortDuration } from './duration-in-words.ts';
import { exactly, instantOf, offset, relative, stepOf, wallOf } from './instant-in-words.ts';

const NOW = Date.parse('2026-11-28T02:49:50.123Z');
const TOKYO = { language: 'en', zone: 'Asia/Tokyo' };
const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];

it('says how long ago', () => {
  const cases: readonly (readonly [number, string, string])[] = [
    [0, 'now', '今'],
    [12 * SECOND, '12 s ago', '12 秒前'],
    [59.9 * SECOND, '59 s ago', '59 秒前'],
    [3.9 * MINUTE, '3 min ago', '3 分前'],
    [HOUR, '1 h ago', '1 時間前'],
    [47 * HOUR, '1 d ago', '1 日前'],
    [-2.5 * MINUTE, 'in 2 min', '2 分後'],
    [8 * DAY, '20 Nov', '11月20日'],
    [400 * DAY, '24 Oct 2025', '2025年10月24日'],
  ];
  for (const [ago, english, japanese] of cases) {
    assert.equal(relative(NOW - ago, NOW, TOKYO, en.instant), english);
    assert.equal(relative(NOW - ago, NOW, { ...TOKYO, language: 'ja' }, ja.instant), japanese);
  }
});

it('says the exact instant on the clock of the reader, of the thing and in UTC, and the difference', () => {
  assert.deepEqual(exactly(NOW - HOUR - 2 * SECOND, NOW, TOKYO, en.instant, 'America/New_York'), {
    lines: [
      { zone: 'Asia/Tokyo, UTC+09:00', text: '28 Nov 2026, 10:49:48.123' },
      { zone: 'America/New_York, UTC-05:00', text: '27 Nov 2026, 20:49:48.123' },
      { zone: 'UTC', text: '28 Nov 2026, 01:49:48.123' },
    ],
    difference: '1 h 2 s ago',
    iso: '2026-11-28T01:49:48.123Z',
  });
  assert.equal(exactly(NOW, NOW, { language: 'en', zone: 'UTC' }, en.instant).lines.length, 1);
});

it('knows that offsets change with the season', () => {
  assert.equal(offset(Date.parse('2026-07-01T00:00:00Z'), 'Europe/Berlin'), '+02:00');
  assert.equal(offset(Date.parse('2026-12-01T00:00:00Z'), 'Europe/Berlin'), '+01:00');
  assert.equal(offset(NOW, 'UTC'), '+00:00');
});

it('looks again as often as its words can change', () => {
  assert.equal(stepOf(NOW - SECOND, NOW), SECOND);
  assert.equal(stepOf(NOW - 5 * MINUTE, NOW), 10 * SECOND);
  assert.equal(stepOf(NOW - 5 * HOUR, NOW), MINUTE);
});

it('says durations with the units that matter', () => {
  const cases: readonly (readonly [number, string, string])[] = [
    [-5, '0 ms', '0 ms'],
    [420.4, '420 ms', '420 ms'],
    [999.9, '999 ms', '1 s'],
    [3480, '3.4 s', '3 s 480 ms'],
    [59_960, '59 s', '59 s 960 ms'],
    [72_000, '1 m 12 s', '1 m 12 s'],
    [60_000, '1 m', '1 m'],
    [2 * HOUR + 5 * MINUTE + 9 * SECOND, '2 h 5 m', '2 h 5 m 9 s'],
    [3 * DAY + 12 * MINUTE, '3 d', '3 d 12 m'],
  ];
  for (const [ms, short, long] of cases) {
    assert.equal(shortDuration(ms, en.duration), short);
    assert.equal(exactDuration(ms, en.duration), long);
  }
  assert.equal(shortDuration(72_000, ja.duration), '1 分 12 秒');
});

it('reads a time from the wall of a zone, on both sides of a change of the clock', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['2026-11-28 09:00', 'Asia/Tokyo', '2026-11-28T00:00:00.000Z'],
    ['2026-03-29 01:59', 'Europe/Berlin', '2026-03-29T00:59:00.000Z'],
    ['2026-03-29 03:00', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['2026-11-01 12:30', 'America/New_York', '2026-11-01T17:30:00.000Z'],
  ];
  for (const [wall, zone, iso] of cases) {
    const at = instantOf(wall, zone)!;
    assert.equal(new Date(at).toISOString(), iso);
    assert.equal(wallOf(at, zone), wall);
  }
  assert.equal(instantOf('2026-11-28', 'UTC'), Date.parse('2026-11-28T00:00:00Z'));
  for (const bad of ['', 'soon', '2026-13-40', '9:00']) assert.equal(instantOf(bad, 'UTC'), undefined);
});
