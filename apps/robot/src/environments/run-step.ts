import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cutLines } from '../lines.ts';
import { identityOf } from '../process-identity.ts';
import { killTree } from '../process-tree.ts';
import type { Step } from './python-steps.ts';

/** A build that failed, in sentences for the jobs that waited for it. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed';
}

/** All processes of a build carry it, so that they are found when the robot was killed. */
export const markOfBuild = (folder: string): string => `BATON_BUILD=${folder}`;
/** Names the process that runs, for systems where marks cannot be read. */
export const PROCESS = 'process.json';

const MAX_LINE = 4096;

/**
 * Runs one program of a build. Each line that it prints is told. All that it has started is killed when the
 * signal fires.
 * @throws BuildFailed, or the reason of the signal
 */
export async function runStep(
  step: Step,
  folder: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
  tell: (line: string, isError: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(step.program, step.args, {
    cwd,
    env: { ...env, ...step.env, BATON_BUILD: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const out = cutLines(MAX_LINE);
  const err = cutLines(MAX_LINE);
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk).forEach((line) => tell(line, false)));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk).forEach((line) => tell(line, true)));
  let killing: Promise<unknown> | null = null;
  const kill = () => {
    killing ??= killTree({ pid: child.pid ?? null, marks: [markOfBuild(folder)], folder });
  };
  signal.addEventListener('abort', kill, { once: true });
  try {
    const ended = new Promise<string | null>((resolve) => {
      child.once('error', (error) => resolve(`could not be started (${error.message})`));
      child.once('close', (code, name) =>
        resolve(code === 0 ? null : name ? `was ended by ${name}` : `ended with code ${code}`),
      );
    });
    if (child.pid !== undefined)
      await writeFile(join(folder, PROCESS), JSON.stringify(identityOf(child.pid)), { mode: 0o600 });
    const problem = await ended;
    out.end().forEach((line) => tell(line, false));
    err.end().forEach((line) => tell(line, true));
    await killing;
    signal.throwIfAborted();
    if (problem !== null) throw new BuildFailed(`${step.name} ${problem}`);
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
