const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,20}))?)?)?(?:\s*(Z)|\s*([+\- ])(\d{2}):?(\d{2}))?$/i;

/** The first and the last moment whose year has four digits. */
const SMALLEST = '0001-01-01T00:00:00Z';
const LARGEST = '9999-12-31T23:59:59.999999Z';

const MINUTES_OF_LARGEST_ZONE = 14 * 60;

/**
 * The only reader of times, for bodies, parameters and literals. It turns ISO 8601 into text in UTC, in the
 * form that the database returns (`2026-01-02T03:04:05.6Z`). Undefined for what is no time: a day that its
 * month does not have, year 0, hour 24, a zone beyond 14 hours.
 *
 * - A time without a zone is in UTC; a date alone means its midnight. A space before a zone is
 *   the plus of a URL.
 * - Microseconds are kept, as PostgreSQL has them. .NET's seventh digit is cut and never rounded. Rounding
 *   would take its largest value, `9999-12-31T23:59:59.9999999Z`, into a year of five digits.
 * - A time that leaves the years 1 to 9999 only when converted to UTC becomes the smallest or the
 *   largest. So .NET's default `0001-01-01T00:00:00` means the same from a client east of Greenwich as
 *   from one west of it.
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
