/** A range of bytes. Both ends are included, as in HTTP and streams. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The part of a file that a `Range` header asks for: `bytes=5-9`, `bytes=5-`, `bytes=-5`. Undefined means the
 * whole file: RFC 9110 allows that if the header asks for several ranges or for something else. Null means
 * that the file has no such part.
 */
export function byteRange(header: string, size: number): ByteRange | null | undefined {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header.trim()) ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  if (from === '')
    return Number(to) === 0 || size === 0 ? null : { start: Math.max(0, size - Number(to)), end: size - 1 };
  const start = Number(from);
  if (to !== '' && Number(to) < start) return undefined;
  if (start >= size) return null;
  return { start, end: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
}
