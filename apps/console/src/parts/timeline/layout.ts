export type Phase = 'waited' | 'prepared' | 'ran' | 'suspended' | 'stopping';

/** A stretch of a job's life, in milliseconds. */
export interface Span {
  readonly phase: Phase;
  readonly from: number;
  /** Absent: it still goes on. */
  readonly to?: number;
  /** Why it waited: "no free slot". */
  readonly note?: string;
}

/** A moment within it: an item taken, a line of the log. */
export interface Tick {
  readonly at: number;
  readonly kind: 'item' | 'error' | 'warning';
  readonly words: string;
}

export interface Piece {
  readonly from: number;
  readonly to: number;
  /** Shares of the width, 0 to 1. */
  readonly left: number;
  readonly right: number;
  /** Nothing was done for so long that its length is not drawn to scale. */
  readonly isFolded: boolean;
}

/** Of the width that a folded stretch gets. */
const FOLD = 0.06;
/** Stretches are folded that would take more than this share, if nothing was done in them. */
const LONG = 0.35;
const isIdle = ({ phase }: Span): boolean => phase === 'waited' || phase === 'suspended';

/**
 * Where on the width each span begins and ends; long idle ones are folded, so that what was done can be seen.
 */
export function layOut(spans: readonly Span[], now: number): readonly Piece[] {
  const lengths = spans.map(({ from, to = now }) => Math.max(0, to - from));
  const folded = spans.map(() => false);
  // The longest first: once it is folded others may be long.
  for (;;) {
    const whole = lengths.reduce((sum, length, at) => sum + (folded[at] ? 0 : length), 0);
    const isOnly = folded.filter((each) => !each).length <= 1;
    const next = spans.findIndex((span, at) => !folded[at] && isIdle(span) && lengths[at]! > LONG * whole);
    if (next < 0 || isOnly) break;
    folded[next] = true;
  }
  const room = 1 - FOLD * folded.filter(Boolean).length;
  const whole = lengths.reduce((sum, length, at) => sum + (folded[at] ? 0 : length), 0);
  let left = 0;
  return spans.map(({ from, to = now }, at) => {
    const width = folded[at] ? FOLD : whole === 0 ? room / spans.length : (lengths[at]! / whole) * room;
    const begin = left;
    left += width;
    return { from, to, left: begin, right: left, isFolded: folded[at]! };
  });
}

/** Where on the width an instant lies. */
export function shareOf(at: number, pieces: readonly Piece[]): number {
  const found = pieces.find(({ from, to }) => at >= from && at <= to);
  if (!found) return at < (pieces[0]?.from ?? 0) ? 0 : 1;
  const part = found.to === found.from ? 0 : (at - found.from) / (found.to - found.from);
  return found.left + part * (found.right - found.left);
}

/** The instant at a place on the width. */
export function instantAt(share: number, pieces: readonly Piece[]): number {
  const found = pieces.find(({ right }) => share <= right) ?? pieces.at(-1);
  if (!found) return 0;
  const width = found.right - found.left;
  return Math.round(found.from + (width === 0 ? 0 : (share - found.left) / width) * (found.to - found.from));
}

/** Ticks that lie closer than can be seen are one, of the worst kind. */
export function gather(
  ticks: readonly Tick[],
  pieces: readonly Piece[],
  places: number,
): readonly (Tick & { readonly share: number; readonly count: number })[] {
  const RANK = { item: 0, warning: 1, error: 2 };
  const found = new Map<number, Tick & { share: number; count: number }>();
  for (const tick of ticks) {
    const share = shareOf(tick.at, pieces);
    const place = Math.round(share * places);
    const known = found.get(place);
    if (!known) found.set(place, { ...tick, share, count: 1 });
    else
      found.set(place, {
        ...(RANK[tick.kind] > RANK[known.kind] ? tick : known),
        share,
        count: known.count + 1,
      });
  }
  return [...found.values()];
}
