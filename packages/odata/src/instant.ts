const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,20}))?)?)?(?:\s*(Z)|\s*([+\- ])(\d{2}):?(\d{2}))?$/i;

/** The first and the last moment that are told in four digits of a year. */
const SMALLEST = '0001-01-01T00:00:00Z';
const LARGEST = '9999-12-31T23:59:59.999999Z';

const MINUTES_OF_LARGEST_ZONE = 14 * 60;

/**
 * The one reader of times, for bodies, parameters and literals: ISO 8601 to text in UTC, as the database
 * gives it back (`2026-01-02T03:04:05.6Z`). Undefined for what is none: a day that its month does not have,
 * year 0, hour 24, a zone beyond 14 hours.
 *
 * - Without a zone it is UTC; a day alone is its midnight. A space before a zone is the plus of a URL.
 * - Microseconds are kept, as PostgreSQL has them. .NET's seventh digit is cut, never rounded: `9999-12-31T23:59:59.9999999Z`, its largest,
 *   would be in a year that nobody can read.
 * - What is outside of years 1 to 9999 only in UTC is the smallest or the largest. .NET's default `0001-01-01T00:00:00` with the zone of a
 *   client east of Greenwich means no more than it does west of it.
 */
export function readInstant(text: string): string | undefined {
  const match = INSTANT.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = ''] = match;
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  if (hour > '23' || minute > '59' || second > '59') return undefined;
  const offset = offsetOf(match);
  if (offset === undefined) return undefined;
  const micros = fraction.slice(0, 6).replace(/0+$/, '');
  const end = micros === '' ? 'Z' : `.${micros}Z`;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  if (offset === 0) return local + end;
  const utc = new Date(Date.parse(`${local}Z`) - offset * 60_000);
  if (utc.getUTCFullYear() < 1) return SMALLEST;
  if (utc.getUTCFullYear() > 9999) return LARGEST;
  return utc.toISOString().slice(0, 19) + end;
}

/** Minutes east of Greenwich. */
function offsetOf([, , , , , , , , , sign, hours, minutes]: RegExpExecArray): number | undefined {
  if (sign === undefined) return 0;
  const offset = Number(hours) * 60 + Number(minutes);
  if (Number(minutes) > 59 || offset > MINUTES_OF_LARGEST_ZONE) return undefined;
  return sign === '-' ? -offset : offset;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return year >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
