import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { identityOf, isAlive, type ProcessIdentity, readStat } from '@baton/robot/process-identity';

/** In practice at most three: npm, its shell, and this package's own launcher on an older Node. */
const MOST = 6;

interface Process {
  readonly parent: number;
  readonly commandLine: string;
}

/**
 * The processes between this one and npm, including npm; none if npm did not start this one. npm passes a
 * signal only to its shell. The shell ends and leaves behind what it has started.
 */
export function launchers(env: NodeJS.ProcessEnv): readonly ProcessIdentity[] {
  // Windows has no such signals: there the console ends all of its processes.
  if (process.platform === 'win32' || !env['npm_command']) return [];
  const found: ProcessIdentity[] = [];
  for (let pid = process.ppid; pid > 0 && found.length < MOST; ) {
    const about = look(pid);
    if (!about) return [];
    found.push(identityOf(pid));
    // npm sets the title of its process: `npm exec baton server`, `npm start`.
    if (/^(npm|npx)\s/.test(about.commandLine)) return found;
    pid = about.parent;
  }
  return [];
}

function look(pid: number): Process | undefined {
  try {
    if (process.platform === 'linux') {
      const stat = readStat(pid);
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return stat ? { parent: stat.parent, commandLine } : undefined;
    }
    const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent, commandLine = ''] = /^\s*(\d+)\s+(.*)/.exec(line) ?? [];
    return parent === undefined ? undefined : { parent: Number(parent), commandLine };
  } catch {
    return undefined;
  }
}

const LOOK_MS = 500;

/** Calls `tell` once, when one of the processes has ended. The timer does not keep this process running. */
export function whenOneEnds(processes: readonly ProcessIdentity[], tell: () => void): void {
  if (processes.length === 0) return;
  const timer = setInterval(() => {
    if (processes.every(isThere)) return;
    clearInterval(timer);
    tell();
  }, LOOK_MS);
  timer.unref();
}

/**
 * Outside of Linux, the start of a process has to be asked of a program. That costs too much twice a second.
 */
function isThere(of: ProcessIdentity): boolean {
  if (process.platform === 'linux') return isAlive(of);
  try {
    process.kill(of.pid, 0);
    return true;
  } catch {
    return false;
  }
}
