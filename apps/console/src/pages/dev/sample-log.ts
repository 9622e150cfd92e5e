import type { LogLevel } from '@baton/contract/logs-shared';
import type { FetchWindow, LogLine } from '../../parts/log/log-store.ts';
import type { Find } from '../../parts/log/use-find.ts';

const LINES = 1_000_000;
const BEGAN = Date.parse('2026-11-28T02:00:00Z');
const TEXTS = [
  'Reads the inbox',
  '\u001B[32mok\u001B[0m invoice INV-1043 posted in \u001B[1m412 ms\u001B[0m',
  'Waits for the page of the supplier, which is slow today and has been slow for some time: the third attempt of five',
  'Downloads statement.pdf (1.4 MB)',
  '\u001B[33mslow answer\u001B[0m of \u001B[36mhttps://supplier.example/api\u001B[0m: 2,113 ms',
];

export function levelOf(n: number): LogLevel {
  if (n % 9973 === 0) return 'Fatal';
  if (n % 1201 === 17) return 'Error';
  if (n % 67 === 5) return 'Warn';
  return n % 3 === 0 ? 'Debug' : 'Info';
}

function sampleLine(n: number): LogLine {
  const level = levelOf(n);
  const text = level === 'Error' ? `Flaky Ltd does not answer (attempt ${n % 5})` : TEXTS[n % TEXTS.length]!;
  return {
    at: BEGAN + n * 37,
    level,
    text: `${text} #${n}`,
    ...(n % 11 === 0 ? { fields: { invoice: `INV-${n}`, total: n / 7, tags: ['a', 'b'] } } : {}),
  };
}

/** Answers as a server would; levels are not narrowed. */
export const fetchSample: FetchWindow = async (from, count) => {
  const first = from < 0 ? LINES + from : from;
  const size = Math.max(0, Math.min(count, LINES - first));
  return {
    from: first,
    lines: Array.from({ length: size }, (_, at) => sampleLine(first + at)),
    total: LINES,
  };
};

/** Finds "#n", and errors. */
export const findSample: Find = async ({ text, least }, from, isForward) => {
  if (least) {
    for (let n = from; n < LINES; n += 1)
      if (levelOf(n) === 'Error' || levelOf(n) === 'Fatal') return { count: 1, at: n };
    return { count: 0 };
  }
  const hits: number[] = [];
  for (let n = LINES - 1; n >= 0 && hits.length < 500; n -= 1)
    if (
      sampleLine(n)
        .text.toLowerCase()
        .includes(text?.toLowerCase() ?? '')
    )
      hits.unshift(n);
  const index = isForward ? hits.findIndex((hit) => hit >= from) : hits.findLastIndex((hit) => hit <= from);
  const at = index < 0 ? (isForward ? 0 : hits.length - 1) : index;
  return hits.length === 0 ? { count: 0 } : { count: hits.length, at: hits[at], index: at + 1 };
};
