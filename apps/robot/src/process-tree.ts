import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readStat } from './process-identity.ts';

/** What the processes of a job are recognized by. */
export type Tree = {
  /** The job's own process, leader of its group; null if it is not known, or no longer known. */
  readonly pid: number | null;
  /** `NAME=value`: one of these is in the environment of each, except of those that cleared it. */
  readonly marks: readonly string[];
  /** The working folder of the job. A process that cleared its environment may still be in it. */
  readonly folder: string;
};

/** How often to look: a process that forks during one round is seen in the next. */
const ROUNDS = 100;
const BETWEEN_ROUNDS_MS = 20;

/**
 * Kills every process of a job: its group, its descendants in other groups and sessions, and orphans that
 * init has adopted but that carry the mark. Orphans are found on Linux only.
 * @returns whether no process is left
 */
export async function killTree(tree: Tree): Promise<boolean> {
  if (process.platform === 'win32') return killOnWindows(tree.pid);
  for (let round = 0; round < ROUNDS; round++) {
    const found = freeze(tree);
    if (found.size === 0) return true;
    for (const pid of found) signal(pid, 'SIGKILL');
    await delay(BETWEEN_ROUNDS_MS);
  }
  return false;
}

/**
 * Stops the processes one after the other, until a round finds no new one. If they were killed at once, init
 * would adopt the children of the first, and those without group and mark could not be told from processes
 * of others.
 */
function freeze(tree: Tree): Set<number> {
  const found = new Set<number>();
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const pid of findTree(tree)) {
      // Pid 1 and this process itself never belong to a job, even if a recycled pid makes it look so.
      if (found.has(pid) || pid <= 1 || pid === process.pid) continue;
      found.add(pid);
      signal(pid, 'SIGSTOP');
    }
  }
  return found;
}

/** The living processes of a job, without zombies. */
export function findTree(tree: Tree): number[] {
  if (process.platform === 'win32') return [];
  return process.platform === 'linux' ? findOnLinux(tree) : findByPs(tree.pid);
}

function findOnLinux(tree: Tree): number[] {
  const all = new Map<number, { parent: number; group: number }>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const stat = readStat(pid);
    if (stat && stat.state !== 'Z' && stat.state !== 'X') all.set(pid, stat);
  }
  const marked = [...all.keys()].filter((pid) => hasMark(pid, tree));
  const roots = all.has(tree.pid ?? 0) ? [tree.pid ?? 0] : [];
  const grouped = [...all].filter(([, { group }]) => group === tree.pid).map(([pid]) => pid);
  return [...descendants(all, [...roots, ...grouped, ...marked])];
}

function hasMark(pid: number, tree: Tree): boolean {
  try {
    const environment = `\0${readFileSync(`/proc/${pid}/environ`, 'latin1')}`;
    if (tree.marks.some((mark) => environment.includes(`\0${mark}\0`))) return true;
    const folder = readlinkSync(`/proc/${pid}/cwd`);
    return folder === tree.folder || folder.startsWith(`${tree.folder}/`);
  } catch {
    return false; // it ended, or belongs to somebody else
  }
}

function findByPs(pid: number | null): number[] {
  if (pid === null) return [];
  const all = new Map<number, { parent: number; group: number }>();
  const table = execFileSync('ps', ['-axo', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' });
  for (const line of table.split('\n')) {
    const [own, parent, group, state] = line.trim().split(/\s+/);
    if (own && !state?.startsWith('Z'))
      all.set(Number(own), { parent: Number(parent), group: Number(group) });
  }
  const roots = [...all].filter(([own, { group }]) => own === pid || group === pid).map(([own]) => own);
  return [...descendants(all, roots)];
}

function descendants(all: ReadonlyMap<number, { parent: number }>, roots: readonly number[]): Set<number> {
  const children = new Map<number, number[]>();
  for (const [pid, { parent }] of all) {
    const siblings = children.get(parent);
    if (siblings) siblings.push(pid);
    else children.set(parent, [pid]);
  }
  const found = new Set<number>();
  const open = [...roots];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    if (found.has(pid)) continue;
    found.add(pid);
    open.push(...(children.get(pid) ?? []));
  }
  return found;
}

function killOnWindows(pid: number | null): boolean {
  if (pid === null) return true;
  try {
    execFileSync('taskkill', ['/T', '/F', '/PID', String(pid)], { stdio: 'ignore', windowsHide: true });
    return true;
  } catch {
    return true; // "not found": it has ended
  }
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // ESRCH: it has ended; EPERM: it is not ours to kill
  }
}
