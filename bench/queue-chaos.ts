import { parseArgs } from 'node:util';
import { queueChaos } from '../tests/queue-chaos.fixture.ts';
import { keep } from './history.ts';

// npm run chaos:queues [-- --kills 100 --robots 200 --items 100000 --minutes 30]

const { values: flags } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    robots: { type: 'string', default: '200' },
    items: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '30' },
  },
});
const asked = { kills: Number(flags.kills), robots: Number(flags.robots), items: Number(flags.items) };
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => interrupted.abort());
let said = 0;
const { violations, figures, seconds } = await queueChaos({
  ...asked,
  lease: 5000,
  most: Number(flags.minutes) * 60_000,
  signal: interrupted.signal,
  onProgress(words) {
    if (performance.now() - said < 10_000) return;
    said = performance.now();
    console.log(words);
  },
});
for (const violation of violations.slice(0, 50)) console.error(`VIOLATION ${violation}`);
const all = { ...asked, seconds, ...figures, violations: violations.length };
console.log(
  Object.entries(all)
    .map(([name, value]) => `${value.toLocaleString('en')} ${name}`)
    .join('; '),
);
console.log(`kept in ${await keep('queue-chaos', all)}`);
process.exitCode = violations.length > 0 ? 1 : 0;
