import type { DurationWords } from '../../texts/en/parts.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A duration as people say it, with the two units that matter: "420 ms", "3.4 s", "1 m 12 s", "2 h 5 m".
 * @param ms milliseconds; what is negative counts as nothing
 */
export function shortDuration(ms: number, words: DurationWords): string {
  const length = Math.max(0, ms);
  // Cut, not rounded: 59.96 s is not yet a minute.
  if (length < SECOND) return words.ms(Math.floor(length));
  if (length < 10 * SECOND) return words.s(Math.floor(length / 100) / 10);
  const units = unitsOf(length, words);
  const first = units.findIndex(([value]) => value > 0);
  return units
    .slice(first, first + 2)
    .filter(([value]) => value > 0)
    .map(([, text]) => text)
    .join(' ');
}

/** To the millisecond, for whoever points at it: "1 d 2 h 0 m 3 s 250 ms" without what is nothing. */
export function exactDuration(ms: number, words: DurationWords): string {
  const length = Math.max(0, Math.round(ms));
  const all = [
    ...unitsOf(length, words),
    [length % SECOND, words.ms(length % SECOND)] as readonly [number, string],
  ].filter(([value]) => value > 0);
  return all.length === 0 ? words.ms(0) : all.map(([, text]) => text).join(' ');
}

const unitsOf = (ms: number, words: DurationWords): (readonly [number, string])[] => {
  const days = Math.floor(ms / DAY);
  const hours = Math.floor((ms % DAY) / HOUR);
  const minutes = Math.floor((ms % HOUR) / MINUTE);
  const seconds = Math.floor((ms % MINUTE) / SECOND);
  return [
    [days, words.d(days)],
    [hours, words.h(hours)],
    [minutes, words.m(minutes)],
    [seconds, words.s(seconds)],
  ];
};
