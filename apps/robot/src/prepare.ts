import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderFiles } from '@baton/nupkg/content-files';
import { describeRuntime, type Runtime } from '@baton/nupkg/runtime';
import { writeDurably } from './durable.ts';
import { inherited, jobEnvironment, markOf } from './environment.ts';
import { provide } from './environments/provide.ts';
import { fetchInput } from './fetch-input.ts';
import type { JobContext } from './job-context.ts';
import { files, type JobFolder } from './journal.ts';
import { keepOf } from './keep-files.ts';
import type { Plan } from './plan.ts';
import type { OtherUser } from './run-as/call-as.ts';
import { commandLine } from './runtimes/command.ts';
import { type Ahead, CannotRun, type CommandLine, type Host } from './runtimes/host.ts';
import { nodeCommand } from './runtimes/node.ts';
import { pythonCommand } from './runtimes/python.ts';
import { robotFrameworkCommand } from './runtimes/robot-framework.ts';

/**
 * Puts everything that a job needs to start into its folder: content, input and plan. What the package wants
 * installed is built first, if this host does not have it.
 * @throws why the job cannot be started; or because it was stopped meanwhile
 */
export async function prepareJob(job: JobFolder, context: JobContext): Promise<void> {
  const { order, path: folder } = job;
  const content = join(folder, files.content);
  const user = context.users.of(order.account);
  mkdirSync(join(folder, files.io), { recursive: true, mode: 0o700 });
  await context.packages.copyTo(order, content, context.signal, user !== null);
  const runtime = await describeRuntime(folderFiles(content), order.entryPointPath);
  await fetchInput(job, context.link, context.signal);

  const env = { ...inherited(context.environment), ...jobEnvironment(order, job.executionId, folder) };
  if (user) becomeAtHome(env, user);
  const provided = await provide(job, runtime, content, env['PATH'], context);
  try {
    const line = commandLineOf(runtime, job, content, provided.host);
    const mark = markOf(job.executionId);
    const plan: Plan = {
      executionId: job.executionId,
      folder,
      name: order.processName,
      program: line.program,
      args: line.args,
      cwd: content,
      ahead: aheadOf(line, job, provided.environments, user),
      env: { ...env, ...provided.env, ...line.env },
      isToolRun: line.isToolRun,
      mark: `${mark.name}=${mark.value}`,
      secret: order.accessToken,
      keep: await keepOf(folderFiles(content), runtime.kind),
      stopAfterSeconds: order.stopAfterSeconds ?? null,
      killAfterSeconds: order.killAfterSeconds ?? null,
      environments: provided.environments,
      user,
    };
    if (user) await handOver(job, context, user);
    writeDurably(join(folder, files.plan), JSON.stringify(plan));
  } finally {
    provided.release();
  }
}

/**
 * Not for a process of another user, nor for one with variables of its own, which may matter to the start of
 * an interpreter, nor for one with an environment, which may be removed and built again meanwhile.
 */
function aheadOf(
  line: CommandLine,
  { order }: JobFolder,
  environments: readonly string[],
  user: OtherUser | null,
): Ahead | null {
  const isPlain =
    !user && environments.length === 0 && Object.keys(order.environmentVariables ?? {}).length === 0;
  if (!line.ahead || !isPlain || process.platform === 'win32') return null;
  return { program: line.program, args: line.args.slice(0, line.ahead), env: line.env ?? {} };
}

/** Variables that would lead the process to the home and the session of the robot's user. */
const OWN = ['XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS', 'XAUTHORITY', 'SHELL'];

function becomeAtHome(env: Record<string, string>, { name, home }: OtherUser): void {
  for (const variable of OWN) delete env[variable];
  Object.assign(env, { HOME: home, USER: name, LOGNAME: name });
}

/**
 * Gives the user what the process works with. It cannot list or write the folder of the job, where the rest
 * of the journal is. The folders themselves stay the robot's, which takes them back by closing them.
 */
async function handOver(job: JobFolder, context: JobContext, { uid, gid, bySudo }: OtherUser): Promise<void> {
  const { path } = job;
  writeFileSync(join(path, files.records), '', { flag: 'a', mode: 0o600 });
  for (const name of [files.content, files.io])
    await context.folders.handOver(join(path, name), bySudo ? null : uid, gid);
  for (const folder of [path, join(path, files.asked)]) chmodSync(folder, 0o711);
}

function commandLineOf(runtime: Runtime, job: JobFolder, content: string, host: Host): CommandLine {
  const variables = job.order.environmentVariables ?? {};
  const pythonPath = variables['PYTHONPATH'];
  const paths = { input: join(job.path, files.input), output: join(job.path, files.output) };
  switch (runtime.kind) {
    case 'python':
      return pythonCommand(runtime, host, paths, variables);
    case 'node':
      return nodeCommand(runtime.entry.path, host);
    case 'robot':
      return robotFrameworkCommand(runtime.entry.path, host, job.path, pythonPath);
    case 'command':
      return commandLine(runtime.command, runtime.entry.path, content);
    default:
      throw new CannotRun(runtime.reason);
  }
}
