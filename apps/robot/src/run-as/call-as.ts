import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { killTree, signal, type Tree } from '../process-tree.ts';

/** The program beside this file, with the same extension: `.ts` in the source, `.js` as published. */
export const AS_USER = fileURLToPath(import.meta.url.replace('/call-as.', '/as-user.'));
export const NODE_FLAGS = ['--no-warnings'];

/** Another user of this system, as whom jobs of an account run. */
export type OtherUser = {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  /** The robot is no root and needs sudo. */
  readonly bySudo: boolean;
};

type Program = {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
};

/** What a runner, which stays the robot's user, does with the processes of a job. */
export type Asked =
  | { readonly act: 'start'; readonly start: Program }
  | { readonly act: 'stop' | 'kill'; readonly tree: Tree }
  | { readonly act: 'release'; readonly folders: readonly string[] };

/**
 * Starts the process of a job. Root becomes the user by itself. Others go through sudo, and what is started
 * is said on the standard input, because everybody can see arguments, and sudo passes no environment on.
 */
export function startAs(user: OtherUser | null, start: Program, options: SpawnOptions): ChildProcess {
  const { program, args, cwd, env } = start;
  if (!user) return spawn(program, args, { ...options, cwd, env });
  if (!user.bySudo) return spawn(program, args, { ...options, cwd, env, uid: user.uid, gid: user.gid });
  return ask(user, { act: 'start', start }, options);
}

/** @returns whether no process of the job is left, as far as is known */
export async function killAs(user: OtherUser | null, tree: Tree): Promise<boolean> {
  if (!user?.bySudo) return killTree(tree);
  return (await answer(user, { act: 'kill', tree })) === 0;
}

/** Asks the process of a job to stop. */
export function stopAs(user: OtherUser | null, pid: number, tree: Tree): void {
  if (user?.bySudo) void answer(user, { act: 'stop', tree });
  else signal(pid, 'SIGTERM');
}

/** Lets the robot read and remove what the user has made. Root can without that. */
export async function releaseAs(user: OtherUser, folders: readonly string[]): Promise<void> {
  if (user.bySudo) await answer(user, { act: 'release', folders });
}

function ask({ name }: OtherUser, asked: Asked, options: SpawnOptions): ChildProcess {
  const args = ['-n', '-u', name, '--', process.execPath, ...NODE_FLAGS, AS_USER, asked.act];
  const [, stdout, stderr] = options.stdio as string[];
  const child = spawn('sudo', args, {
    ...options,
    cwd: '/',
    stdio: ['pipe', stdout, stderr] as ('pipe' | 'ignore')[],
  });
  child.stdin?.on('error', () => {}); // it has ended, and its exit says why
  child.stdin?.end(JSON.stringify(asked));
  return child;
}

const answer = (user: OtherUser, asked: Asked): Promise<number | null> =>
  new Promise((resolve) => {
    const child = ask(user, asked, { stdio: ['pipe', 'ignore', 'ignore'] });
    child.once('error', () => resolve(null));
    child.once('exit', resolve);
  });
