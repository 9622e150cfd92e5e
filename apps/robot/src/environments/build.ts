import { constants } from 'node:fs';
import { copyFile, cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Host } from '../runtimes/host.ts';
import type { Interpreter } from './interpreter.ts';
import { nodeSteps, runsScripts } from './node-steps.ts';
import { findNpm, findUv } from './programs.ts';
import { CONSTRAINTS, installerOf, pythonSteps, REQUIREMENTS, SOURCE, type Step } from './python-steps.ts';
import type { NodeWanted, PythonWanted, Wanted } from './wanted.ts';

/**
 * Puts what the installer reads into the folder of an environment, so that no job's folder is needed later.
 */
export async function stage(wanted: Wanted, content: string, folder: string): Promise<void> {
  const source = join(folder, SOURCE);
  await mkdir(source, { recursive: true, mode: 0o755 });
  if (wanted.files === 'all') {
    await cp(content, source, { recursive: true, mode: constants.COPYFILE_FICLONE });
  } else {
    for (const file of wanted.files) {
      const target = join(source, file);
      await mkdir(dirname(target), { recursive: true });
      await copyFile(join(content, file), target, constants.COPYFILE_FICLONE);
    }
  }
  if (wanted.kind === 'python') {
    const write = (file: string, lines: readonly string[]) =>
      writeFile(join(source, file), lines.map((line) => `${line}\n`).join(''));
    if (wanted.lines) await write(REQUIREMENTS, wanted.lines);
    if (wanted.constraints.length > 0) await write(CONSTRAINTS, wanted.constraints);
  } else {
    await rm(join(source, 'package.json'), { force: true });
    await writeFile(join(source, 'package.json'), wanted.manifest);
    if (wanted.lock !== null) await writeFile(join(source, 'package-lock.json'), wanted.lock);
  }
}

/** After the build: what only the installer needed. An environment made of the package's files keeps them. */
export async function unstage(wanted: Wanted, folder: string): Promise<void> {
  if (wanted.kind === 'python' && wanted.files !== 'all')
    await rm(join(folder, SOURCE), { recursive: true, force: true });
}

export type BuildPlan = {
  readonly steps: readonly Step[];
  /** What is done, for people: `requirements.txt with pip for Python 3.11.7`. */
  readonly title: string;
  /** What may be missing afterwards. */
  readonly warnings: readonly string[];
};

/** @throws CannotRun */
export async function planPython(
  wanted: PythonWanted,
  folder: string,
  interpreter: Interpreter,
  environment: NodeJS.ProcessEnv,
): Promise<BuildPlan> {
  const uv = await findUv(environment);
  const isUnlocked = wanted.source !== 'uv.lock' && !wanted.hasWheels;
  return {
    steps: pythonSteps(wanted, folder, interpreter, uv),
    title: `${wanted.source} with ${installerOf(uv)} for Python ${interpreter.version}`,
    warnings: isUnlocked && !isPinned(wanted) ? [UNLOCKED] : [],
  };
}

const UNLOCKED =
  'Without a lock file this host keeps the versions that are the newest today; others may have others';

/** Whether `requirements.txt` may pin everything; only it can. */
const isPinned = (wanted: PythonWanted): boolean => wanted.source === 'requirements.txt';

/** @throws CannotRun */
export async function planNode(
  wanted: NodeWanted,
  { node, nodeVersion }: Host,
  environment: NodeJS.ProcessEnv,
): Promise<BuildPlan> {
  const scripts = runsScripts(environment);
  const { withScripts } = wanted;
  const unrun =
    `${withScripts.slice(0, 5).join(', ')}${withScripts.length > 5 ? ' and others' : ''} would run a script ` +
    'when installed; it was not run (NPM_CONFIG_IGNORE_SCRIPTS=false of the robot allows it)';
  return {
    steps: nodeSteps(wanted, await findNpm(node, environment), scripts),
    title: `${wanted.source} with npm for Node ${nodeVersion}`,
    warnings: [
      ...(wanted.lock === null ? [UNLOCKED] : []),
      ...(withScripts.length > 0 && !scripts ? [unrun] : []),
    ],
  };
}
