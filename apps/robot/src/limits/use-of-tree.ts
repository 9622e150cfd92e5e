import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts processor time in these, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Memory of a process and its descendants in bytes: what they hold now, and the most that one of them has
 * held at once. Walks only the job's own processes, so it costs as much as the job is large. Null where there
 * is no such process, and on other systems than Linux.
 */
export function memoryOfTree(root: number): { now: number; largest: number } | null {
  let [now, largest, found] = [0, 0, false];
  const open = [root];
  const seen = new Set<number>();
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    if (seen.has(pid)) continue;
    seen.add(pid);
    const status = read(`/proc/${pid}/status`);
    const resident = kilobytes(status, 'VmRSS');
    if (resident === null) continue;
    found = true;
    now += resident;
    largest = Math.max(largest, kilobytes(status, 'VmHWM') ?? 0);
    open.push(...childrenOf(pid));
  }
  return found ? { now: now * 1024, largest: largest * 1024 } : null;
}

function childrenOf(pid: number): number[] {
  const tasks = `/proc/${pid}/task`;
  try {
    return readdirSync(tasks).flatMap((task) =>
      (read(`${tasks}/${task}/children`) ?? '').trim().split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return []; // it has ended
  }
}

/**
 * Processor seconds of the children that this process has waited for, and of all that these waited for. A
 * runner waits for one process only: its job.
 */
export function processorSecondsOfChildren(): number | null {
  const stat = read('/proc/self/stat');
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[13]) + Number(fields[14]);
  return Number.isFinite(ticks) ? ticks / TICKS_PER_SECOND : null;
}

function kilobytes(status: string | null, name: string): number | null {
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status ?? '')?.[1];
  return value === undefined ? null : Number(value);
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
