/** The height of a line that is not wrapped, in pixels. */
export const LINE = 18;
/** Browsers draw nothing taller: Firefox ends at 17.8 million pixels, Chromium at 33.5 million. */
const TALLEST = 15_000_000;

/** How tall what scrolls is. Beyond 833,000 lines the bar moves a little faster than the lines. */
export const heightOf = (total: number, room: number): number =>
  Math.max(room, Math.min(total * LINE, TALLEST));

export interface Place {
  /** The line that is held still, with the part of it that lies above. */
  readonly line: number;
  readonly part: number;
  /** Where in the room that point stands, in pixels. */
  readonly y: number;
  /** The lines to draw. */
  readonly from: number;
  readonly to: number;
}

/**
 * What is seen when the bar stands at `top`. The point at the share p of the log is shown at the share p of
 * the room: at the top the first line begins the room, at the end the last line ends it, and every line comes
 * by between, however many rows it takes when it is wrapped.
 */
export function placeAt(top: number, total: number, room: number): Place {
  const most = heightOf(total, room) - room;
  // Less than a roomful stands at the top.
  const share = total * LINE <= room ? 0 : most <= 0 ? 1 : Math.min(1, Math.max(0, top / most));
  const point = share * total;
  const line = Math.min(Math.max(0, total - 1), Math.floor(point));
  const around = Math.ceil(room / LINE) + 1;
  return {
    line,
    part: total === 0 ? 0 : point - line,
    y: share * room,
    from: Math.max(0, line - Math.ceil(share * around) - 1),
    to: Math.min(total, line + Math.ceil((1 - share) * around) + 2),
  };
}

/** Where the bar must stand for a line to be seen. */
export function topOf(line: number, total: number, room: number): number {
  if (total === 0) return 0;
  return ((line + 0.5) / total) * (heightOf(total, room) - room);
}
