import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import type { Plan } from './plan.ts';
import { startAs } from './run-as/call-as.ts';
import { type Ahead, nodeHelpers } from './runtimes/host.ts';

/*
 * An interpreter takes longer to start than all that comes before a job's first line. So a runner that waits
 * for a job keeps an interpreter that waits, too. It has loaded the robot's helper and nothing of any job,
 * and serves one job. It reads from descriptor 3 what it is to run: folder, variables and arguments. Where
 * that ends without a word it ends, too, as when its runner was killed.
 */

/**
 * Answers the job's process: one that waits for it already, or a new one. What waits goes on with `begin`, so
 * that its limits hold from its first line on. `marks`: see `Tree.marks`.
 */
export type Starter = (plan: Plan) => {
  readonly child: ChildProcess;
  readonly marks: readonly string[];
  begin(): void;
};

export const startNow: Starter = (plan) => {
  const child = startAs(plan.user ?? null, plan, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own: one signal reaches the whole group, and the robot's signals do not reach it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  return { child, marks: [plan.mark], begin() {} };
};

/** @param ahead the JSON of an `Ahead` */
export function startAhead(ahead: string): Starter {
  const { program, args, env } = JSON.parse(ahead) as Ahead;
  // What the job forks keeps showing the environment that its interpreter was started with.
  const own = { name: 'BATON_AHEAD', value: randomUUID() };
  const child = spawn(program, args, {
    cwd: nodeHelpers, // Any folder that stays, and has no modules that Python could take for others.
    env: { ...process.env, ...env, [own.name]: own.value },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  child.on('error', () => {}); // then it has no pid
  const orders = child.stdio[3];
  orders?.on('error', () => {});
  return (plan) => {
    const isWaiting = child.pid !== undefined && child.exitCode === null && child.signalCode === null;
    const fits = plan.ahead && JSON.stringify(plan.ahead) === ahead;
    if (!isWaiting || !fits || !(orders instanceof Writable)) {
      child.kill('SIGKILL');
      return startNow(plan);
    }
    const told = JSON.stringify({ cwd: plan.cwd, env: plan.env, args: plan.args.slice(args.length) });
    return {
      child,
      marks: [plan.mark, `${own.name}=${own.value}`],
      // Left open, it would look as if something of the job still ran.
      begin: () => void orders.end(told, () => orders.destroy()),
    };
  };
}
