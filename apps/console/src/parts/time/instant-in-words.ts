import type { InstantWords } from '../../texts/en/parts.ts';
import { exactDuration } from './duration-in-words.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Where and in which language a person reads. */
export interface Reader {
  /** As of BCP 47: `en`, `ja`. */
  readonly language: string;
  /** As of IANA: `Asia/Tokyo`. */
  readonly zone: string;
}

// Making a formatter takes 50 times as long as using it, and a list shows hundreds of times.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(language: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // English with the day first and 24 hours, as logs have it.
  const locale = language === 'en' ? 'en-GB' : language;
  const key = `${locale} ${zone} ${JSON.stringify(options)}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  formatters.set(key, made);
  return made;
}

/** "3 min ago", "in 2 h"; the day where it is more than a week away. */
export function relative(at: number, now: number, reader: Reader, words: InstantWords): string {
  const away = Math.abs(now - at);
  const isPast = at <= now;
  const say = (value: number, unit: (count: number) => string): string =>
    isPast ? words.ago(unit(value)) : words.ahead(unit(value));
  if (away < 5 * SECOND) return words.now;
  if (away < MINUTE) return say(Math.floor(away / SECOND), words.seconds);
  if (away < HOUR) return say(Math.floor(away / MINUTE), words.minutes);
  if (away < DAY) return say(Math.floor(away / HOUR), words.hours);
  if (away < 7 * DAY) return say(Math.floor(away / DAY), words.days);
  return day(at, now, reader);
}

/** "12 Mar", with the year where it is another. */
function day(at: number, now: number, { language, zone }: Reader): string {
  const year = formatter(language, zone, { year: 'numeric' });
  const isThisYear = year.format(at) === year.format(now);
  return formatter(language, zone, {
    day: 'numeric',
    month: 'short',
    year: isThisYear ? undefined : 'numeric',
  }).format(at);
}

/** How long until the words of `relative` can change, in milliseconds. */
export function stepOf(at: number, now: number): number {
  const away = Math.abs(now - at);
  if (away < MINUTE) return SECOND;
  return away < HOUR ? 10 * SECOND : MINUTE;
}

/** "28 Nov 2026, 02:49:50.123" on the clock of a zone. */
export const exact = (at: number, reader: Reader): string =>
  formatter(reader.language, reader.zone, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: 3,
    hourCycle: 'h23',
  }).format(at);

/** "02:49:50" */
export const clockTime = (at: number, reader: Reader, withMilliseconds = false): string =>
  formatter(reader.language, reader.zone, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits: withMilliseconds ? 3 : undefined,
    hourCycle: 'h23',
  }).format(at);

/** "+09:00" at that instant: offsets change with the season. */
export function offset(at: number, zone: string): string {
  const name = formatter('en', zone, { timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const found = name?.replace('GMT', '').replace('\u2212', '-');
  return found || '+00:00';
}

export interface ExactLine {
  /** "Asia/Tokyo, UTC+09:00" */
  readonly zone: string;
  readonly text: string;
}

/** What one sees when pointing at an instant. */
export interface Exact {
  /** On the reader's clock, on that of the thing where it has another (a trigger), and in UTC. */
  readonly lines: readonly ExactLine[];
  /** "1 h 3 m 12 s ago" */
  readonly difference: string;
  readonly iso: string;
}

export function exactly(
  at: number,
  now: number,
  reader: Reader,
  words: InstantWords,
  zoneOfThing?: string,
): Exact {
  const zones = [...new Set([reader.zone, zoneOfThing ?? reader.zone, 'UTC'])];
  // To the second: nobody can read milliseconds that run.
  const away = exactDuration(Math.floor(Math.abs(now - at) / SECOND) * SECOND, words.duration);
  return {
    lines: zones.map((zone) => ({
      zone: zone === 'UTC' ? 'UTC' : `${zone}, UTC${offset(at, zone)}`,
      text: exact(at, { ...reader, zone }),
    })),
    difference: Math.abs(now - at) < SECOND ? words.now : at <= now ? words.ago(away) : words.ahead(away),
    iso: new Date(at).toISOString(),
  };
}

/**
 * The instant that a clock on the wall of a zone shows: `2026-11-28 09:00`. An hour that a clock skips is
 * taken as the hour after it.
 */
export function instantOf(text: string, zone: string): number | undefined {
  const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?$/.exec(text.trim());
  const wall = found ? Date.parse(`${found[1]}T${found[2] ?? '00:00'}Z`) : Number.NaN;
  if (Number.isNaN(wall)) return undefined;
  const away = (at: number): number => {
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(offset(at, zone))!;
    return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -MINUTE : MINUTE);
  };
  // The offset is that of the instant, which is not known before: the second guess has it.
  return wall - away(wall - away(wall));
}

/** `2026-11-28 09:00` on the wall of a zone, as `instantOf` reads it. */
export function wallOf(at: number, zone: string): string {
  const part = new Map(
    formatter('sv', zone, {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return `${part.get('year')}-${part.get('month')}-${part.get('day')} ${part.get('hour')}:${part.get('minute')}`;
}
