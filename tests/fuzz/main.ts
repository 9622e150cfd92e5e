import { parseArgs } from 'node:util';
import { type Fault, play } from './play.ts';

// npm run fuzz -- --requests 20000 [--seed 1] [--round 2000] [--slow 2000]
//
// Calls of all declared operations, SCIM and forms, valid by the declaration and then bent. Each
// round has a server and a database of its own, since calls delete what later ones would need. Exits
// with 1 when there is a fault.
const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    round: { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    slow: { type: 'string', default: '2000' },
  },
});
const [requests, round, seed, slowMs] = [values.requests, values.round, values.seed, values.slow].map(
  Number,
) as [number, number, number, number];

const faults = new Map<string, Fault>();
const answers: Record<string, number> = {};
const begun = performance.now();
let slowest = { ms: 0, curl: '' };
for (let at = 0, n = 0; at < requests; at += round, n++) {
  const ends: (() => Promise<void>)[] = [];
  const played = await play(
    { after: (work) => void ends.unshift(work) },
    { seed: seed + n, requests: Math.min(round, requests - at), slowMs },
  );
  for (const end of ends) await end();
  for (const fault of played.faults) {
    const key = `${fault.what.split(':')[0]} ${fault.log.split('\n')[0]}`;
    if (!faults.has(key)) tell(fault, seed + n);
    faults.set(key, fault);
  }
  for (const [kind, count] of Object.entries(played.answers)) answers[kind] = (answers[kind] ?? 0) + count;
  if (played.slowest.ms > slowest.ms) slowest = played.slowest;
  console.log(`seed ${seed + n}: ${played.operations} kinds of call, ${JSON.stringify(played.answers)}`);
}
console.log(
  `${JSON.stringify(answers)} in ${Math.round((performance.now() - begun) / 1000)} s, slowest ${Math.round(slowest.ms)} ms, ${faults.size} kinds of fault`,
);
if (slowest.ms > slowMs) console.log(slowest.curl);
process.exit(faults.size > 0 ? 1 : 0);

function tell({ what, curl, log, times }: Fault, of: number): void {
  console.log(`\nFAULT (seed ${of}, ${times} times) ${what}\n  ${curl}\n  ${log.replaceAll('\n', '\n  ')}`);
}
