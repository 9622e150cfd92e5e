import { parseArgs } from 'node:util';
import { startStage } from './baton.ts';
import { rateOf, rounded, table } from './measure.ts';
import { processorTime } from './processor-time.ts';
import { baton } from './rivals/baton.ts';
import { echo } from './rivals/echo.ts';

// node bench/cost.ts [--callers 64] [--ms 3000] [--profile FOLDER] [--only add,start] [--only 'start, empty']
//
// Measures the processor time that each call takes from server, database and client. It bounds the
// rates of bench:queues, and it holds when other work shares the machine. `--profile` keeps a CPU
// profile of the server.

const { values: flags } = parseArgs({
  options: {
    callers: { type: 'string', default: '64' },
    ms: { type: 'string', default: '3000' },
    profile: { type: 'string' },
    only: { type: 'string' },
  },
});
const callers = Number(flags.callers);
const ms = Number(flags.ms);
const stage = await startStage(
  flags.profile ? ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`, '--cpu-prof-interval=150'] : [],
);
const ours = await baton(stage, callers);
const idle = await baton(stage, callers, 'Idle');
const bare = await echo(callers, stage.headers);
const started: unknown[] = [];
const calls: Readonly<Record<string, (caller: number) => Promise<false | undefined>>> = {
  echo: async (caller) => void (await bare.add!(caller)),
  add: async (caller) => void (await ours.add!(caller)),
  start: async (caller) => void started.push((await ours.start!(caller)) ?? started.pop()),
  // A robot that asks and finds nothing, which is the most frequent call.
  'start, empty': async (caller) => void (await idle.start!(caller)),
  result: async (caller) => {
    const one = started.pop();
    if (one === undefined) return false;
    await ours.result!(caller, one);
    return undefined;
  },
};
const names = flags.only?.split(/,(?! )/) ?? Object.keys(calls);
try {
  const rows = [['µs of processor time each', 'server', 'database', 'client', 'calls a second']];
  for (const isWarm of [false, true]) {
    for (const name of names) {
      if (name === 'start') await ours.stock!(10 * ms);
      const pids = { server: name === 'echo' ? process.pid : stage.server.pid, database: stage.database.pid };
      const before = { server: processorTime(pids.server), database: processorTime(pids.database) };
      const own = process.cpuUsage();
      const rate = await rateOf({ callers, ms }, calls[name]!);
      if (!isWarm) continue;
      const client = process.cpuUsage(own);
      const each = (us: number): string => rounded(us / rate.calls);
      const ownTime = client.user + client.system;
      const server = processorTime(pids.server) - before.server;
      rows.push([
        name,
        // The bare server is a child of this process, and so are other processes, which are idle meanwhile.
        each(name === 'echo' ? server - ownTime : server),
        each(name === 'echo' ? 0 : processorTime(pids.database) - before.database),
        each(ownTime),
        rounded(rate.perSecond),
      ]);
    }
  }
  console.log(table(rows));
} finally {
  await ours.stop();
  await idle.stop();
  await bare.stop();
  await stage.stop();
}
