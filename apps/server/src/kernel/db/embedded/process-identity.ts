import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Whether the pid is taken, even by a zombie: a container's first process often does not collect its dead.
 */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * When a process started, in a form that is only good for comparing. Undefined if there is no such process. A
 * pid alone proves nothing: after a crash another process may have it, and in a container it is the same
 * after every start.
 */
export function startOf(pid: number): string | undefined {
  if (!isTaken(pid)) return undefined;
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      // The name, in parentheses, may contain anything. The state is the first field after it, the start
      // time the 20th.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : `${boot} ${fields[19]}`;
    } catch {
      return undefined;
    }
  }
  if (process.platform === 'win32') return 'unknown';
  const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() || undefined;
}
