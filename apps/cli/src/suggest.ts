/** The names that may have been meant, nearest first. */
export function suggest(written: string, names: readonly string[]): string[] {
  const most = Math.min(3, 1 + Math.floor(written.length / 3));
  const meant = (name: string): boolean =>
    distance(written, name) <= most || (written.length > 2 && name.startsWith(written));
  return names.filter(meant).sort((a, b) => distance(written, a) - distance(written, b));
}

/** ` Did you mean 'a' or 'b'?`, or nothing. */
export function didYouMean(written: string, names: readonly string[]): string {
  const found = suggest(written, names).slice(0, 3);
  return found.length === 0 ? '' : ` Did you mean ${found.map((name) => `'${name}'`).join(' or ')}?`;
}

/** The number of letters to insert, delete or replace (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
