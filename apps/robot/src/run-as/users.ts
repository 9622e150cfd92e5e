import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { inherited } from '../environment.ts';
import { AS_USER, NODE_FLAGS, type OtherUser } from './call-as.ts';

/** This host cannot run jobs as it was told to. The message says what to do. */
class RunAsRefused extends Error {
  override readonly name = 'RunAsRefused';
}

export type Users = {
  /** The user for jobs of an account; null: the robot's own. */
  of(account: string | null | undefined): OtherUser | null;
  readonly isAny: boolean;
};

/** Every account that is not named. */
const OTHERS = '*';
const NAME = /^[a-z_][a-z0-9_.-]{0,31}$/i;
const PATIENCE_MS = 60_000;

/**
 * Looks up the users, and whether the robot may become them.
 * @param map users by account
 * @throws RunAsRefused
 */
export async function openUsers(
  map: Readonly<Record<string, string>>,
  environment: NodeJS.ProcessEnv,
): Promise<Users> {
  const users = new Map<string, OtherUser>();
  for (const [account, name] of Object.entries(map))
    users.set(account.toLowerCase(), await findUser(name, inherited(environment)));
  return {
    of: (account) => users.get((account ?? '').toLowerCase()) ?? users.get(OTHERS) ?? null,
    isAny: users.size > 0,
  };
}

async function findUser(name: string, env: Record<string, string>): Promise<OtherUser> {
  if (process.platform === 'win32') throw new RunAsRefused('Jobs run as other users on POSIX systems only');
  if (!NAME.test(name)) throw new RunAsRefused(`'${name}' is no name of a user`);
  const ask = async (program: string, ...args: string[]): Promise<string> =>
    (await promisify(execFile)(program, args, { env, cwd: '/', timeout: PATIENCE_MS })).stdout.trim();
  const [uid, gid] = await Promise.all(['-u', '-g'].map((what) => ask('id', what, name).then(Number))).catch(
    () => {
      throw new RunAsRefused(`This host has no user '${name}'`);
    },
  );
  // The name is a plain word: see NAME.
  const home = await ask('sh', '-c', `echo ~${name}`);
  const bySudo = process.getuid!() !== 0;
  const user = { name, uid: uid!, gid: gid!, home, bySudo };
  if (uid === 0) throw new RunAsRefused(`Jobs do not run as '${name}': it is root`);
  if (!bySudo) return user;
  const own = userInfo().username;
  if (process.getegid!() !== gid && !process.getgroups!().includes(gid!))
    throw new RunAsRefused(
      `The robot's user '${own}' has to be in the group of '${name}' (usermod -aG $(id -gn ${name}) ${own}, then start the robot anew)`,
    );
  await ask('sudo', '-n', '-u', name, '--', process.execPath, ...NODE_FLAGS, AS_USER, 'check').catch(
    (error: Error & { stderr?: string }) => {
      const why = (error.stderr || error.message).trim().split('\n').at(-1);
      throw new RunAsRefused(
        `sudo does not let '${own}' run Node as '${name}' (${why}). A line in /etc/sudoers.d does: ` +
          `${own} ALL=(${name}) NOPASSWD: ${process.execPath}`,
        { cause: error },
      );
    },
  );
  return user;
}
