export interface TimeZone {
  /** The name in the IANA database. */
  readonly id: string;
  /** In the form `+09:00`, without summer time. */
  readonly offset: string;
}

let known: readonly TimeZone[] | undefined;

/** The time zones from west to east. They are those of the runtime, so they are computed once. */
export const timeZones = (now: number): readonly TimeZone[] => (known ??= workOut(now));

function workOut(now: number): readonly TimeZone[] {
  const year = new Date(now).getUTCFullYear();
  const [january, july] = [Date.UTC(year, 0), Date.UTC(year, 6)];
  return [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])]
    .map((id) => {
      const format = new Intl.DateTimeFormat('en', { timeZone: id, timeZoneName: 'longOffset' });
      const minutes = Math.min(minutesOf(format, january), minutesOf(format, july));
      return { id, minutes, offset: inWords(minutes) };
    })
    .sort((a, b) => a.minutes - b.minutes || (a.id < b.id ? -1 : 1));
}

/** Reads `GMT-03:30`, or `GMT` alone, as minutes. */
function minutesOf(format: Intl.DateTimeFormat, at: number): number {
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')!.value;
  const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(name) ?? [];
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -size : size;
}

function inWords(minutes: number): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
