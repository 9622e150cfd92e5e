import { setTimeout as delay } from 'node:timers/promises';
import type { Stage } from '../baton.ts';
import type { Answer } from '../http-load.ts';
import { percentile } from '../measure.ts';
import { memoryOf, processorTime } from '../processor-time.ts';
import { CALLS, type Call, type Planned, planMinute } from './load-model.ts';
import type { Robot } from './robots.ts';

export interface Figures {
  readonly calls: number;
  readonly errors: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Played {
  readonly robots: number;
  readonly byCall: Readonly<Record<Call, Figures>>;
  readonly all: Figures;
  /** Shares of one core, while the calls were measured. */
  readonly processor: { readonly server: number; readonly database: number; readonly load: number };
  readonly memory: { readonly server: number };
}

const WORK_MS = 1000;
/**
 * How often due calls are sent. Latency counts from when a call was due, so this interval hides none of it.
 */
const TICK_MS = 2;

/**
 * Plays a stretch of the load model. If a call is due while its robot waits for another call, the wait
 * counts in its latency.
 */
export async function play(
  stage: Stage,
  robots: readonly Robot[],
  { warmUpMs, ms }: { readonly warmUpMs: number; readonly ms: number },
): Promise<Played> {
  const plan = planMinute(robots.length, Math.random);
  const times = Object.fromEntries(CALLS.map((call) => [call, [] as number[]])) as Record<Call, number[]>;
  const errors = Object.fromEntries(CALLS.map((call) => [call, 0])) as Record<Call, number>;
  const open = new Set<Promise<void>>();
  const begun = performance.now();
  let isMeasured = false;
  const timed = async (call: Call, due: number, asked: Promise<Answer>): Promise<Answer | undefined> => {
    const counts = isMeasured;
    const answer = await asked.catch(() => undefined);
    if (!counts) return answer;
    times[call].push(performance.now() - due);
    if (!answer || answer.status >= 300) errors[call]++;
    return answer;
  };
  const doCall = async ({ robot: number, call }: Planned, due: number): Promise<void> => {
    const robot = robots[number]!;
    const answer = await timed(call, due, robot[call]());
    const item =
      call === 'start' && answer?.status === 200 ? /"Id":(\d+)\}$/.exec(answer.body)?.[1] : undefined;
    if (item === undefined) return;
    await delay(WORK_MS);
    await timed('result', performance.now(), robot.result(item));
  };
  let before: ReturnType<typeof usage> | undefined;
  let next = 0;
  for (let now = 0; now < warmUpMs + ms; now = performance.now() - begun) {
    if (!isMeasured && now >= warmUpMs) {
      isMeasured = true;
      before = usage(stage);
    }
    for (;;) {
      const due = plan[next % plan.length]!.at + Math.floor(next / plan.length) * 60_000;
      if (due > now) break;
      const one = doCall(plan[next % plan.length]!, begun + due);
      open.add(one);
      one.finally(() => open.delete(one));
      next++;
    }
    await delay(TICK_MS);
  }
  const after = usage(stage);
  isMeasured = false;
  await Promise.race([Promise.all(open), delay(10_000)]);
  const byCall = Object.fromEntries(
    CALLS.map((call) => [call, figures(times[call], errors[call])]),
  ) as Record<Call, Figures>;
  const allErrors = CALLS.reduce((sum, call) => sum + errors[call], 0);
  return {
    robots: robots.length,
    byCall,
    all: figures(
      CALLS.flatMap((call) => times[call]),
      allErrors,
    ),
    processor: {
      server: (after.server - before!.server) / 1000 / ms,
      database: (after.database - before!.database) / 1000 / ms,
      load: (after.load - before!.load) / 1000 / ms,
    },
    memory: { server: memoryOf(stage.server.pid) },
  };
}

function figures(times: number[], errors: number): Figures {
  const sorted = times.sort((a, b) => a - b);
  return {
    calls: sorted.length,
    errors,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
  };
}

/** The processor time so far, in microseconds. */
function usage(stage: Stage): { server: number; database: number; load: number } {
  const own = process.cpuUsage();
  return {
    server: processorTime(stage.server.pid),
    database: processorTime(stage.database.pid),
    load: own.user + own.system,
  };
}
