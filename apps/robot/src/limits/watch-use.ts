import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JobStateReport, RobotJobDto } from '@baton/contract/robots-service';
import { readJson } from '../durable.ts';
import { isRecord } from '../wire.ts';
import { type JobGroup, joinGroup, type Limits } from './cgroups.ts';
import { memoryOfTree, processorSecondsOfChildren } from './use-of-tree.ts';

/** What the runner is to hold, written by the robot, and what the job used, written by the runner. */
const LIMITS = 'limits.json';
const USE = 'use.json';

/** Soon at first, because many jobs are short; then once a second. */
const FIRST_LOOKS_MS = [20, 100, 300];
const LOOK_MS = 1000;

const MEGABYTE = 1024 * 1024;

/** Leaves word for the job's runner. `cgroups`: where jobs get their groups; null where there are none. */
export function writeLimits(folder: string, order: RobotJobDto, cgroups: string | null): void {
  const { memoryLimitMegabytes: memory, processorLimit: processors } = order;
  const limits: Limits = { memoryBytes: memory ? memory * MEGABYTE : null, processors: processors || null };
  writeFileSync(join(folder, LIMITS), JSON.stringify({ ...limits, cgroups }));
}

export type UseWatch = {
  /** Writes what the job used. Answers why the job was ended, if it was because of its memory. */
  end(): string | null;
};

/**
 * Watches what a job uses, and holds its limits: by a control group where the host has given the robot one.
 * Elsewhere `onOver` is called when a look finds more memory in use than the job may have, and nothing holds
 * the limit of the processor.
 */
export function watchUse(folder: string, executionId: string, pid: number, onOver: () => void): UseWatch {
  const { memoryBytes, processors, cgroups } = readLimits(folder);
  const group = cgroups === null ? null : groupOf(cgroups, executionId, pid, { memoryBytes, processors });
  let peak = 0;
  let isOver = false;
  const look = () => {
    const tree = group ? null : memoryOfTree(pid);
    const now = group ? (group.memory() ?? 0) : (tree?.now ?? 0);
    peak = Math.max(peak, now, tree?.largest ?? 0);
    if (group || isOver || memoryBytes === null || now <= memoryBytes) return;
    isOver = true;
    onOver();
  };
  const timers = FIRST_LOOKS_MS.map((ms) => setTimeout(look, ms));
  const timer = setInterval(look, LOOK_MS);
  return {
    end() {
      for (const each of timers) clearTimeout(each);
      clearInterval(timer);
      const use = {
        processorSeconds: group ? group.processorSeconds() : processorSecondsOfChildren(),
        peakMemoryBytes: group?.peakMemory() ?? (peak || null),
      };
      const wasKilled = isOver || (group?.wasOutOfMemory() ?? false);
      group?.remove();
      try {
        writeFileSync(join(folder, USE), JSON.stringify(use));
      } catch {
        // A full disk: the job ends all the same, without these numbers.
      }
      return wasKilled && memoryBytes !== null
        ? `The job was ended because it used more than its ${memoryBytes / MEGABYTE} MB of memory`
        : null;
    },
  };
}

/** A job whose group cannot be made runs, and is looked after as on a host without groups. */
function groupOf(folder: string, executionId: string, pid: number, limits: Limits): JobGroup | null {
  try {
    return joinGroup(folder, executionId, pid, limits);
  } catch {
    return null;
  }
}

function readLimits(folder: string): Limits & { readonly cgroups: string | null } {
  const found = readJson(join(folder, LIMITS));
  const from = isRecord(found) ? found : {};
  const number = (name: string) => (typeof from[name] === 'number' ? from[name] : null);
  return {
    memoryBytes: number('memoryBytes'),
    processors: number('processors'),
    cgroups: typeof from['cgroups'] === 'string' ? from['cgroups'] : null,
  };
}

/** What a finished job used, for its report. */
export function useOf(folder: string): Pick<JobStateReport, 'processorSeconds' | 'peakMemoryBytes'> {
  const use = readJson(join(folder, USE));
  if (!isRecord(use)) return {};
  const { processorSeconds, peakMemoryBytes } = use;
  return {
    ...(typeof processorSeconds === 'number' && { processorSeconds }),
    ...(typeof peakMemoryBytes === 'number' && { peakMemoryBytes }),
  };
}
