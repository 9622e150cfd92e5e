const SIGNATURE = 0x06054b50;
const RECORD_BYTES = 22;
/** As far as tools look back: the longest comment. */
export const TAIL_BYTES = RECORD_BYTES + 0xffff;

/**
 * Where a zip of `size` bytes really ends: behind the record that closes it, and its comment. Bytes after
 * that (padding, a signature, a line end of a transfer) are passed over, as .NET's and Info-ZIP's readers
 * do. `tail`: its last bytes.
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

/** Whether the directory that the record speaks of can stand before it; 2^32-1: another record says where. */
function closes(tail: Buffer, at: number, size: number): boolean {
  const [length, start] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  return start === 0xffffffff || start + length <= size - tail.length + at;
}
