import { readdirSync, readFileSync } from 'node:fs';

/**
 * The processor time of a process and its descendants in microseconds, from Linux's /proc;
 * 0 on other systems.
 */
export function processorTime(pid: number): number {
  let total = 0;
  for (const one of [pid, ...descendants(pid)]) total += ownTime(one);
  return total;
}

const TICK_US = 10_000;

function ownTime(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_US;
  } catch {
    return 0;
  }
}

function descendants(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => {
      const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
        .split(' ')
        .filter(Boolean)
        .map(Number);
      return children.flatMap((child) => [child, ...descendants(child)]);
    });
  } catch {
    return [];
  }
}

/** The memory of a process in bytes. */
export function memoryOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
