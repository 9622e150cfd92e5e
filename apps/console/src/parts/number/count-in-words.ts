const COMPACT: readonly (readonly [number, string])[] = [
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** "1,204" as the language groups it. */
export const fullCount = (value: number, language: string): string => format(language).format(value);

/**
 * "9,999", "12.4k", "3.1M". Cut, not rounded: a number never looks larger than it is.
 * @param isEstimate says so with "~"
 */
export function shortCount(value: number, language: string, isEstimate = false): string {
  const sign = isEstimate ? '~' : '';
  if (Math.abs(value) <= 9999) return sign + fullCount(value, language);
  // Japanese counts in ten thousands.
  if (language === 'ja') return sign + format(language, true).format(value);
  const [size, letter] = COMPACT.find(([least]) => Math.abs(value) >= least)!;
  const cut = Math.trunc((value / size) * 10) / 10;
  return `${sign}${format(language).format(cut)}${letter}`;
}

const formats = new Map<string, Intl.NumberFormat>();

function format(language: string, isCompact = false): Intl.NumberFormat {
  const key = `${language} ${isCompact}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(
    language,
    isCompact ? { notation: 'compact', maximumFractionDigits: 1, roundingMode: 'trunc' } : {},
  );
  formats.set(key, made);
  return made;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** "1.4 MB", in thousands as disks are sold. */
export function bytes(value: number, language: string): string {
  let unit = 0;
  let rest = value;
  while (rest >= 1000 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit += 1;
  }
  const cut = unit === 0 ? rest : Math.trunc(rest * 10) / 10;
  return `${format(language).format(cut)} ${UNITS[unit]}`;
}
