import { execFileSync } from 'node:child_process';
import { readText } from './durable.ts';

/** Tells a process from a later one with the same pid. */
export type ProcessIdentity = { readonly pid: number; readonly started: string };

/**
 * @returns when the process began, as a text that is only good for comparing; null if the process has ended
 */
function startOf(pid: number): string | null {
  if (process.platform === 'linux') return startOnLinux(pid);
  if (!isRunning(pid)) return null;
  try {
    return process.platform === 'win32' ? startOnWindows(pid) : startByPs(pid);
  } catch {
    return null;
  }
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, started: startOf(pid) ?? 'unknown' };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return startOf(identity.pid) === identity.started;
}

export function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'started' in value &&
    typeof value.started === 'string'
  );
}

export type ProcessStat = {
  readonly parent: number;
  readonly group: number;
  readonly state: string;
  readonly started: string;
};

/** Reads `/proc/<pid>/stat`. The name in parentheses may itself hold spaces and parentheses. */
export function readStat(pid: number | string): ProcessStat | null {
  let text: string | null = null;
  try {
    text = readText(`/proc/${pid}/stat`);
  } catch {
    return null; // ESRCH: it ended while it was read
  }
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent = '0', group = '0'] = fields;
  return { state, parent: Number(parent), group: Number(group), started: fields[19] ?? '' };
}

let boot: string | undefined;

function startOnLinux(pid: number): string | null {
  const stat = readStat(pid);
  // A zombie has ended. If PID 1 of a container does not reap it, it stays in the table for ever.
  if (!stat || stat.state === 'Z' || stat.state === 'X') return null;
  // The start is counted in ticks since the boot, and processes of two boots can have the same count.
  boot ??= readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return `${boot}:${stat.started}`;
}

function startByPs(pid: number): string | null {
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
}

function startOnWindows(pid: number): string | null {
  const script = `(Get-Process -Id ${pid}).StartTime.Ticks`;
  const options = { encoding: 'utf8', windowsHide: true } as const;
  return execFileSync('powershell', ['-NoProfile', '-Command', script], options).trim() || null;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
