import { accessSync, chmodSync, constants, lstatSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { readStat } from '../process-identity.ts';
import { findTree, killTree, signal } from '../process-tree.ts';
import type { Asked } from './call-as.ts';

/*
 * What a robot that is no root does as the user of a job: `sudo -n -u USER -- node as-user.ts ACT`. Only that
 * user may signal the job's processes and see which of them carry its mark.
 */

const [act] = process.argv.slice(2);
if (act === 'check') process.exit(0);
const asked = JSON.parse(readFileSync(0, 'utf8')) as Asked;

switch (asked.act) {
  case 'start': {
    const { program, args, cwd, env } = asked.start;
    // The robot is in the user's group: it reads and removes what the job leaves.
    process.umask(0o007);
    process.chdir(cwd);
    try {
      process.execve!(find(program, env['PATH'] ?? ''), [program, ...args], env);
    } catch (error) {
      writeSync(2, `The process did not start: ${(error as Error).message}\n`);
      process.exit(127);
    }
    break;
  }
  case 'stop': {
    const all = new Set(findTree({ ...asked.tree, pid: null }));
    for (const pid of all) if (!all.has(readStat(pid)?.parent ?? 0)) signal(pid, 'SIGTERM');
    break;
  }
  case 'kill':
    process.exit((await killTree({ ...asked.tree, pid: null })) ? 0 : 1);
    break;
  case 'release':
    for (const folder of asked.folders) open(folder);
}

/** As a shell would find it. */
function find(program: string, path: string): string {
  if (program.includes('/')) return program;
  const found = path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return !lstatSync(file).isDirectory();
      } catch {
        return false;
      }
    });
  if (found === undefined) throw new Error(`the program ${program} is not there, or may not be executed`);
  return found;
}

/** Gives the group the rights of the owner, for what is the user's own. */
function open(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    const { uid, mode } = lstatSync(path);
    if (!entry.isSymbolicLink() && uid === process.getuid!())
      chmodSync(path, mode | (entry.isDirectory() ? 0o770 : (mode & 0o700) >> 3));
    if (entry.isDirectory()) open(path);
  }
}
