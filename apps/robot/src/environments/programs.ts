import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join } from 'node:path';

/** A program and the arguments that come before all others. */
export type Program = { readonly program: string; readonly args: readonly string[] };

/** uv: `BATON_UV`, else what the path has. Null without one. */
export function findUv(environment: NodeJS.ProcessEnv): Promise<string | null> {
  return findProgram(environment['BATON_UV'] ?? 'uv', environment);
}

/**
 * npm: `BATON_NPM`, else the one that came with this Node, else what the path has. It is run by the Node that
 * runs jobs, so that compiled modules fit. That Node may itself be from a package of npm, which has no npm.
 */
export async function findNpm(node: string, environment: NodeJS.ProcessEnv): Promise<Program | null> {
  const named = environment['BATON_NPM'];
  const script = join('node_modules', 'npm', 'bin', 'npm-cli.js');
  const beside = [join(dirname(node), script), join(dirname(node), '..', 'lib', script)];
  if (named === undefined) {
    for (const file of beside)
      if (await isThere(file, constants.R_OK)) return { program: node, args: [file] };
  }
  const found = await findProgram(named ?? 'npm', environment);
  if (found === null) return null;
  const file = await realpath(found).catch(() => found);
  if (basename(file) === 'npm-cli.js') return { program: node, args: [file] };
  // The launcher on Windows, beside which the script lies.
  const besideLauncher = join(dirname(file), script);
  if (await isThere(besideLauncher, constants.R_OK)) return { program: node, args: [besideLauncher] };
  return { program: file, args: [] };
}

async function findProgram(name: string, environment: NodeJS.ProcessEnv): Promise<string | null> {
  const ends = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const path = environment['PATH'] ?? environment['Path'] ?? '';
  const folders = isAbsolute(name) ? [''] : path.split(delimiter).filter(Boolean);
  for (const folder of folders) {
    for (const end of ends) {
      const file = folder === '' ? `${name}${end}` : join(folder, `${name}${end}`);
      if (await isThere(file, constants.X_OK)) return file;
    }
  }
  return null;
}

function isThere(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}
