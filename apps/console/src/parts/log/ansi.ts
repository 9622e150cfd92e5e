/** Colours that a terminal has, as tokens of the theme: a log is read in either theme. */
export type AnsiColour = 'black' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'white';

export interface Segment {
  readonly text: string;
  readonly colour?: AnsiColour;
  readonly ground?: AnsiColour;
  readonly isBold?: boolean;
  readonly isDim?: boolean;
  readonly isItalic?: boolean;
  readonly isUnderlined?: boolean;
}

const COLOURS: readonly AnsiColour[] = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
];

type Style = Omit<Segment, 'text'>;

// Colours and weights end with m. Whatever else moves a cursor, sets a title or rings has no meaning here.
const ESCAPE = new RegExp(
  String.raw`\x1b\[([\d;:]*)m|\x1b\[[\d;?<=>:]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]?` +
    String.raw`|[\x00-\x08\x0b-\x1f\x7f]`,
  'g',
);

/** The text of a line in pieces of one look each. No HTML comes of it. */
export function readAnsi(line: string): readonly Segment[] {
  if (!line.includes('\x1b')) return [{ text: line.replace(ESCAPE, '') }];
  const segments: Segment[] = [];
  let style: Style = {};
  let at = 0;
  for (const found of line.matchAll(ESCAPE)) {
    if (found.index > at) segments.push({ ...style, text: line.slice(at, found.index) });
    at = found.index + found[0].length;
    if (found[1] !== undefined) style = styleAfter(style, found[1]);
  }
  if (at < line.length) segments.push({ ...style, text: line.slice(at) });
  return segments.length === 0 ? [{ text: '' }] : segments;
}

/** Without its colours, as it is copied. */
export const plainText = (line: string): string => line.replace(ESCAPE, '');

function styleAfter(before: Style, codes: string): Style {
  let style = before;
  const given = codes.split(/[;:]/).map(Number);
  for (let at = 0; at < given.length; at += 1) {
    const code = given[at]!;
    if (code === 38 || code === 48) {
      const [colour, used] = longColour(given.slice(at + 1));
      style = { ...style, [code === 38 ? 'colour' : 'ground']: colour };
      at += used;
    } else style = afterCode(style, code);
  }
  return style;
}

function afterCode(style: Style, code: number): Style {
  if (code === 0) return {};
  if (code === 1) return { ...style, isBold: true };
  if (code === 2) return { ...style, isDim: true };
  if (code === 3) return { ...style, isItalic: true };
  if (code === 4) return { ...style, isUnderlined: true };
  if (code === 22) return { ...style, isBold: undefined, isDim: undefined };
  if (code === 23) return { ...style, isItalic: undefined };
  if (code === 24) return { ...style, isUnderlined: undefined };
  if (code === 39) return { ...style, colour: undefined };
  if (code === 49) return { ...style, ground: undefined };
  const [tens, ones] = [Math.floor(code / 10), code % 10];
  const colour = COLOURS[ones];
  if (!colour) return style;
  if (tens === 3 || tens === 9) return { ...style, colour };
  if (tens === 4 || tens === 10) return { ...style, ground: colour };
  return style;
}

/** `5;n` of 256 colours, or `2;r;g;b`: the nearest that the theme has. Also how many codes it took. */
function longColour([mode, ...rest]: readonly number[]): readonly [AnsiColour | undefined, number] {
  if (mode === 2) return [nearest(rest[0] ?? 0, rest[1] ?? 0, rest[2] ?? 0), 4];
  if (mode !== 5) return [undefined, 1];
  const [n = 0] = rest;
  if (n < 16) return [COLOURS[n % 8], 2];
  if (n >= 232) return [n < 244 ? 'black' : 'white', 2];
  const level = (part: number): number => (part === 0 ? 0 : 55 + part * 40);
  const cube = n - 16;
  return [nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)), 2];
}

function nearest(red: number, green: number, blue: number): AnsiColour {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most - least < 40) return most < 100 ? 'black' : 'white';
  const middle = (most + least) / 2;
  // One bit for each part that is strong, as the first eight colours are numbered.
  const n = (red > middle ? 1 : 0) + (green > middle ? 2 : 0) + (blue > middle ? 4 : 0);
  return COLOURS[n] ?? 'white';
}

export interface Piece extends Segment {
  readonly isHit?: boolean;
}

/** Cuts the segments where the sought words begin and end, also across colours. */
export function markHits(segments: readonly Segment[], sought: string): readonly Piece[] {
  const whole = segments.map(({ text }) => text).join('');
  const word = sought.toLowerCase();
  const folded = whole.toLowerCase();
  // Letters whose small form is longer would shift the places.
  if (word === '' || folded.length !== whole.length || !folded.includes(word)) return segments;
  const edges = new Set<number>();
  const hits: number[] = [];
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + word.length)) {
    hits.push(at);
    edges.add(at).add(at + word.length);
  }
  const pieces: Piece[] = [];
  let begin = 0;
  for (const segment of segments) {
    const end = begin + segment.text.length;
    const cuts = [begin, ...[...edges].filter((edge) => edge > begin && edge < end), end];
    for (let n = 0; n + 1 < cuts.length; n += 1) {
      const [from, to] = [cuts[n]!, cuts[n + 1]!];
      const isHit = hits.some((hit) => from >= hit && to <= hit + word.length);
      pieces.push({ ...segment, text: whole.slice(from, to), ...(isHit ? { isHit } : {}) });
    }
    begin = end;
  }
  return pieces;
}
