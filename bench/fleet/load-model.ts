/** What one robot does each minute, according to the sizing guide of the product that Baton stands in for. */
export const EACH_MINUTE = {
  log: 15,
  heartbeat: 2,
  asset: 6,
  add: 6,
  start: 6, // each with its result
} as const;

export type Call = keyof typeof EACH_MINUTE | 'result';
export const CALLS: readonly Call[] = ['log', 'heartbeat', 'asset', 'add', 'start', 'result'];

export interface Planned {
  /** Milliseconds since the start of the minute. */
  readonly at: number;
  readonly robot: number;
  readonly call: Exclude<Call, 'result'>;
}

const MINUTE = 60_000;

/**
 * Plans a minute of a whole fleet, in order of time. Each robot spreads its calls evenly and begins
 * at a random moment.
 */
export function planMinute(robots: number, random: () => number): Planned[] {
  const plan: Planned[] = [];
  for (let robot = 0; robot < robots; robot++) {
    for (const [call, times] of Object.entries(EACH_MINUTE) as [Planned['call'], number][]) {
      const begun = random() * MINUTE;
      for (let n = 0; n < times; n++) plan.push({ at: (begun + (n * MINUTE) / times) % MINUTE, robot, call });
    }
  }
  return plan.sort((a, b) => a.at - b.at);
}
