import { randomBytes } from 'node:crypto';
import { watch } from 'node:fs';
import { symlink } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { folderFiles } from '@baton/nupkg/content-files';
import { parsePythonProject } from '@baton/nupkg/python-project';
import { meetsRequirement } from '@baton/nupkg/python-version';
import type { Runtime } from '@baton/nupkg/runtime';
import type { JobContext } from '../job-context.ts';
import { files, has, type JobFolder } from '../journal.ts';
import { CannotRun, type Host } from '../runtimes/host.ts';
import { openSpool, type Spool } from '../spool.ts';
import type { BuildLine } from './environments.ts';
import { binOf, pythonOf, SOURCE, VENV } from './python-steps.ts';
import type { Wanted } from './wanted.ts';

/** With what a job runs: the machine's interpreters, or those of its environments. */
export type Provided = {
  readonly host: Host;
  readonly env: Readonly<Record<string, string>>;
  /** The names of the environments. */
  readonly environments: readonly string[];
  /** Until then they stay, whatever `plan.json` says. */
  release(): void;
};

const LOOK_MS = 500;

/**
 * Sees to it that what the package wants installed is there, and makes the job find it. What is built is told
 * in the job's log as it happens.
 * @param path of the job's processes
 * @throws CannotRun, BuildFailed, HostTrouble; or when the robot ends or the job is stopped
 */
export async function provide(
  job: JobFolder,
  runtime: Runtime,
  content: string,
  path: string | undefined,
  context: JobContext,
): Promise<Provided> {
  const { environments } = context;
  const host = context.host();
  const { order } = job;
  await requirePython(runtime, content, context);
  const identity = order.packageSha256 ?? order.packageUrl;
  const isOff = context.environment['BATON_ENVIRONMENTS'] === 'off';
  const wanted = isOff ? [] : await environments.wantedBy(runtime, content, identity);
  if (wanted.length === 0) return { host, env: {}, environments: [], release() {} };

  const held: { wanted: Wanted; name: string; folder: string; release(): void }[] = [];
  const release = () => held.forEach((one) => one.release());
  const told = tellJob(job);
  const stops = watchAsked(job, context.signal);
  try {
    for (const one of wanted)
      held.push({ wanted: one, ...(await environments.get(one, content, told.tell, stops.signal)) });
  } catch (error) {
    release();
    throw error;
  } finally {
    stops.close();
    told.end();
  }
  try {
    const env: Record<string, string> = {};
    const bins: string[] = [];
    let python = host.python;
    for (const {
      wanted: { kind },
      folder,
    } of held) {
      if (kind === 'python') {
        python = pythonOf(folder);
        bins.push(binOf(folder));
        env['VIRTUAL_ENV'] = join(folder, VENV);
      } else {
        const modules = join(folder, SOURCE, 'node_modules');
        // Modules are only found from the folders above them; `NODE_PATH` does not count for `import`.
        await symlink(modules, join(content, 'node_modules'), 'junction');
        bins.push(join(modules, '.bin'));
      }
    }
    env['PATH'] = [...bins, ...(path ? [path] : [])].join(delimiter);
    return { host: { ...host, python }, env, environments: held.map(({ name }) => name), release };
  } catch (error) {
    release();
    throw error;
  }
}

/** @throws CannotRun where the host's Python is not what the package asks for */
async function requirePython(runtime: Runtime, content: string, context: JobContext): Promise<void> {
  const wanted =
    runtime.kind === 'python'
      ? runtime.python.requiresPython
      : runtime.kind === 'robot'
        ? await requiresPythonOf(content)
        : null;
  if (!wanted) return;
  const { path, version } = await context.environments.interpreter();
  if (meetsRequirement(version, wanted) === false) {
    throw new CannotRun(
      `The package needs Python ${wanted} (requires-python in pyproject.toml), and the Python of this host is ` +
        `${version} (${path}); BATON_PYTHON of the robot names another one`,
    );
  }
}

async function requiresPythonOf(content: string): Promise<string | null> {
  const toml = await folderFiles(content).read('pyproject.toml');
  return toml === null ? null : parsePythonProject(toml).requiresPython;
}

/** The job's log before its process writes it. The job sends what is in it as it comes. */
function tellJob(job: JobFolder) {
  const open = () => {
    // A robot that was killed may have sent lines of this execution: these are others.
    const prefix = `${job.executionId}-${randomBytes(4).toString('hex')}`;
    return openSpool(join(job.path, files.log), prefix, job.order.accessToken, () => new Date());
  };
  let opened: Spool | null = null;
  return {
    tell({ message, level }: BuildLine) {
      opened ??= open();
      opened.add(message, level, { logType: 'Default' });
    },
    end: () => opened?.close(),
  };
}

/** A signal that fires when somebody asks the job to stop, or the robot ends. */
function watchAsked(job: JobFolder, robot: AbortSignal) {
  const asked = new AbortController();
  const look = () => {
    if (has(job, 'kill') || has(job, 'stop')) asked.abort(new Error('the job was stopped'));
  };
  const timer = setInterval(look, LOOK_MS);
  const watcher = watch(join(job.path, files.asked), look);
  watcher.on('error', () => watcher.close());
  look();
  return {
    signal: AbortSignal.any([robot, asked.signal]),
    close() {
      clearInterval(timer);
      watcher.close();
    },
  };
}
