/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const HEADER = 'number,supplier,date,due,currency,net,tax,gross';
const SUPPLIERS = ['Northwind', '"Miller, Sons"', 'Äther GmbH', 'Flaky Ltd'];

/** A CSV of which about a tenth each is refused, malformed, and there already. */
export function invoices(random: () => number, rows: number): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const lines: string[] = [];
  for (let number = 1; lines.length < rows; number++) {
    const kind = random();
    if (kind < 0.1 && lines.length > 0) {
      lines.push(pick(lines));
      continue;
    }
    const net = 100 + Math.floor(random() * 1_000_000);
    const tax = Math.floor(net / 5);
    const gross = kind < 0.2 ? net : net + tax;
    const date = kind < 0.3 && kind >= 0.2 ? '2026-02-30' : '2026-02-27';
    const fields = [
      `INV-${number}`,
      pick(SUPPLIERS),
      date,
      '2026-03-31',
      pick(['EUR', 'USD', 'GBP']),
      ...[net, tax, gross].map((cents) => (cents / 100).toFixed(2)),
    ];
    lines.push(fields.join());
  }
  return `${[HEADER, ...lines].join('\n')}\n`;
}
