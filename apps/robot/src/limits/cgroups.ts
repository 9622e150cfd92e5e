import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/*
 * Control groups (version 2) of Linux hold limits of memory and processor, and count what a job used. They
 * are files: everything here reads and writes a few small ones.
 *
 * The kernel wants no processes in a group that gives controllers to its children. So the robot moves into a
 * child of its own, `baton-robot`, and each job gets another, `job-<execution>`.
 */

const OWN = 'baton-robot';
const NEEDED = ['cpu', 'memory'];

export type Cgroups =
  /** The folder in which jobs get their groups. */
  | { readonly folder: string; readonly why: null }
  /** Why there are none. */
  | { readonly folder: null; readonly why: string };

type Places = {
  /** Where version 2 is mounted. */
  readonly root: string;
  /** The file that says in which group this process is. */
  readonly self: string;
  readonly pid: number;
};

const HERE: Places = { root: '/sys/fs/cgroup', self: '/proc/self/cgroup', pid: process.pid };

/** Prepares the groups of jobs, where the host has given this process a group of its own. */
export function openCgroups({ root, self, pid }: Places = HERE): Cgroups {
  const none = (why: string): Cgroups => ({ folder: null, why });
  const path = /^0::(\/.*)$/m.exec(read(self) ?? '')?.[1];
  if (path === undefined) return none('this host has no control groups of version 2');
  const own = join(root, path);
  const folder = basename(own) === OWN ? dirname(own) : own;
  const controllers = read(join(folder, 'cgroup.controllers'))?.trim().split(/\s+/) ?? [];
  const missing = NEEDED.filter((name) => !controllers.includes(name));
  if (missing.length > 0) return none(`its control group has no controllers ${missing.join(' and ')}`);
  try {
    mkdirSync(join(folder, OWN), { recursive: true });
    writeFileSync(join(folder, OWN, 'cgroup.procs'), String(pid));
    writeFileSync(join(folder, 'cgroup.subtree_control'), NEEDED.map((name) => `+${name}`).join(' '));
  } catch (error) {
    return none(`the robot may not divide its control group (${(error as Error).message})`);
  }
  removeLeft(folder);
  return { folder, why: null };
}

/** Groups of jobs that a killed runner has left. One that still has processes stays. */
function removeLeft(folder: string): void {
  for (const name of readdirSync(folder)) if (name.startsWith('job-')) removeGroup(join(folder, name));
}

export type Limits = {
  readonly memoryBytes: number | null;
  /** Processors, such as 0.5. */
  readonly processors: number | null;
};

export type JobGroup = {
  /** Bytes that are in use now. */
  memory(): number | null;
  /** The most bytes that were in use at once; null where the kernel does not count it. */
  peakMemory(): number | null;
  processorSeconds(): number | null;
  /** Whether the kernel ended a process because of the limit. */
  wasOutOfMemory(): boolean;
  remove(): void;
};

const PERIOD = 100_000;
/** The least that the kernel takes. */
const LEAST_QUOTA = 1000;

/**
 * Makes the group of a job and puts its process there. Its children follow.
 * @throws the file system's error
 */
export function joinGroup(folder: string, executionId: string, pid: number, limits: Limits): JobGroup {
  const group = join(folder, `job-${executionId}`);
  const write = (file: string, value: string) => writeFileSync(join(group, file), value);
  const number = (file: string) => numberOf(read(join(group, file)));
  mkdirSync(group, { recursive: true });
  try {
    if (limits.memoryBytes !== null) {
      write('memory.max', String(limits.memoryBytes));
      // Not every kernel counts swap.
      attempt(() => write('memory.swap.max', '0'));
      // All processes of the job end, not only the largest.
      attempt(() => write('memory.oom.group', '1'));
    }
    if (limits.processors !== null)
      write('cpu.max', `${Math.max(LEAST_QUOTA, Math.round(limits.processors * PERIOD))} ${PERIOD}`);
    write('cgroup.procs', String(pid));
  } catch (error) {
    removeGroup(group);
    throw error;
  }
  return {
    memory: () => number('memory.current'),
    peakMemory: () => number('memory.peak'),
    processorSeconds() {
      const used = numberOf(/^usage_usec (\d+)$/m.exec(read(join(group, 'cpu.stat')) ?? '')?.[1] ?? null);
      return used === null ? null : used / 1e6;
    },
    wasOutOfMemory: () => /^oom_kill [1-9]/m.test(read(join(group, 'memory.events')) ?? ''),
    remove: () => removeGroup(group),
  };
}

const removeGroup = (group: string): void => attempt(() => rmdirSync(group));

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // It has no say in whether the job runs.
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function numberOf(text: string | null): number | null {
  const value = Number(text?.trim() || Number.NaN);
  return Number.isFinite(value) ? value : null;
}
