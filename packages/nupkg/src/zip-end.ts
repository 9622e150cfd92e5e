const SIGNATURE = 0x06054b50;
const RECORD_BYTES = 22;
/** The farthest that tools look back: the record and the longest comment. */
export const TAIL_BYTES = RECORD_BYTES + 0xffff;

/**
 * Where a zip of `size` bytes really ends: after the record that closes it and the record's comment. Bytes
 * after that (padding, a signature, a line end from a transfer) are ignored, as the readers of .NET and
 * Info-ZIP do. `tail` holds the last bytes of the file.
 */
export function zipEnd(tail: Buffer, size: number): number {
  let found: number | undefined;
  for (let at = tail.length - RECORD_BYTES; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== SIGNATURE) continue;
    const end = at + RECORD_BYTES + tail.readUInt16LE(at + 20);
    if (end === tail.length) return size;
    if (end < tail.length && found === undefined && closes(tail, at, size)) found = end;
  }
  return found === undefined ? size : size - (tail.length - found);
}

/**
 * Whether the directory that the record describes fits before it. 2^32-1 means that another record tells
 * where the directory is.
 */
function closes(tail: Buffer, at: number, size: number): boolean {
  const [length, start] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  return start === 0xffffffff || start + length <= size - tail.length + at;
}
