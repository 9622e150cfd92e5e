import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The operating system account that PostgreSQL runs under. Undefined is the account of this process. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. An account of our own is best, then the one that the system keeps for
 * PostgreSQL. A bare container often has nothing but `nobody`.
 */
const CANDIDATES = ['baton', 'postgres', 'nobody'];

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Undefined unless this process is root. The owner of an existing cluster decides, so that an account which
 * the system gets later does not lock us out of our data.
 */
export function databaseAccount(clusterFolder: string): Account | undefined {
  if (!isRoot()) return undefined;
  const owner = statSync(clusterFolder, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };

  const accounts = new Map<string, Account>();
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name && Number(uid) > 0) accounts.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  const name = CANDIDATES.find((candidate) => accounts.has(candidate));
  if (name) return accounts.get(name);
  throw new Error(
    `PostgreSQL cannot run as root, and this system has none of the accounts ${CANDIDATES.join(', ')}: ` +
      'add one, run Baton under another account, or set DATABASE_URL',
  );
}

/** Whether the account may pass through every folder down to this one. Access lists are not considered. */
export function canEnter(folder: string, account: Account | undefined): boolean {
  if (!account) return true;
  for (let path = folder; ; path = dirname(path)) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats && !mayExecute(stats, account)) return false;
    if (path === dirname(path)) return true;
  }
}

function mayExecute({ mode, uid, gid }: Stats, account: Account): boolean {
  if (uid === account.uid) return (mode & 0o100) !== 0;
  if (gid === account.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
