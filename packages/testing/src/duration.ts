const MS = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
} as const;

const PART = /^\s*(\d+(?:\.\d+)?)\s*(second|minute|hour|day|week)s?\s*(?:,|and)?/;

/**
 * Turns `'3 days'`, `'1 hour 30 minutes'` or a number of milliseconds into milliseconds. Months and years
 * differ in length, so they are not accepted: set the clock to a date instead.
 */
export function milliseconds(duration: string | number): number {
  if (typeof duration === 'number') return duration;
  let left = duration;
  let total = 0;
  do {
    const part = PART.exec(left);
    if (!part)
      throw new TypeError(
        `'${duration}' is no duration such as '3 days' or '1 hour 30 minutes'; units are ${Object.keys(MS).join(', ')}`,
      );
    total += Number(part[1]) * MS[part[2] as keyof typeof MS];
    left = left.slice(part[0].length);
  } while (left.trim() !== '');
  return total;
}
