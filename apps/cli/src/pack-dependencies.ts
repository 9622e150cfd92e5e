import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative, sep } from 'node:path';
import { folderFiles } from '@baton/nupkg/content-files';
import { readNodeRequirements } from '@baton/nupkg/node-requirements';
import type { FileToWrite } from '@baton/nupkg/package-to-write';
import { readPythonRequirements } from '@baton/nupkg/python-requirements';
import { askInterpreter } from '@baton/robot/environments/interpreter';
import { type Mask, maskFor } from '@baton/robot/environments/masking';
import { findNpm, findUv } from '@baton/robot/environments/programs';
import { Failure } from './failure.ts';
import type { Terminal } from './terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Writes a lock file where a project wants something installed and has none, so that every host installs the
 * same. Answers sentences about what was written, and about what hosts will decide by themselves.
 */
export async function lockMissing(folder: string, env: Environment, terminal: Terminal): Promise<string[]> {
  const notes: string[] = [];
  const files = folderFiles(folder);
  const node = await readNodeRequirements(files);
  if (node?.lock === null) notes.push(await lockNode(folder, env, terminal));
  const python = await readPythonRequirements(files);
  if (python?.source === 'pyproject.toml') notes.push(await lockPython(folder, env, terminal));
  else if (python && python.unpinned.length > 0)
    notes.push(`requirements.txt has no exact version of ${listed(python.unpinned)}; ${NEWEST}`);
  if (!python && !node) notes.push(...(await leftOut(folder)));
  return notes;
}

const NEWEST = 'each host takes the newest that fits when it installs them';

async function lockNode(folder: string, env: Environment, terminal: Terminal): Promise<string> {
  const npm = await findNpm(process.execPath, { ...env });
  const without = `there is no package-lock.json, and ${NEWEST}`;
  if (!npm) return `${without}: npm is not on this machine to write one`;
  terminal.progress('Writing package-lock.json …');
  const args = [...npm.args, 'install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'];
  const problem = await run(npm.program, args, folder, env);
  return problem
    ? `${without}: npm could not write one (${problem})`
    : 'package-lock.json was missing; npm wrote it';
}

async function lockPython(folder: string, env: Environment, terminal: Terminal): Promise<string> {
  const uv = await findUv({ ...env });
  const without = `there is no uv.lock for the dependencies in pyproject.toml, and ${NEWEST}`;
  if (!uv) return `${without}: uv is not on this machine to write one`;
  terminal.progress('Writing uv.lock …');
  const problem = await run(uv, ['lock'], folder, env);
  return problem ? `${without}: uv could not write one (${problem})` : 'uv.lock was missing; uv wrote it';
}

/** What works at the desk and is missing at the host: installed, but nowhere listed. */
async function leftOut(folder: string): Promise<string[]> {
  const notes: string[] = [];
  for (const name of ['.venv', 'venv']) {
    if (await isThere(join(folder, name, 'pyvenv.cfg')))
      notes.push(
        `${name} is left out, and nothing says what hosts are to install: list it in requirements.txt`,
      );
  }
  if (await isThere(join(folder, 'node_modules')))
    notes.push('node_modules is left out, and package.json lists no dependencies for hosts to install');
  return notes;
}

type Carried = { readonly more: readonly FileToWrite[]; readonly notes: readonly string[] };

/** Installs what the project wants into a folder of its own, and answers the files for the package. */
export async function vendor(folder: string, env: Environment, terminal: Terminal): Promise<Carried> {
  const files = folderFiles(folder);
  const node = await readNodeRequirements(files);
  const python = await readPythonRequirements(files);
  if (!node && !python) throw new Failure(`--vendor: ${folder} lists nothing to install.`);
  const work = await mkdtemp(join(tmpdir(), 'baton-vendor-'));
  try {
    const more: FileToWrite[] = [];
    const notes: string[] = [];
    if (node) {
      terminal.progress('Installing node_modules …');
      await vendorNode(folder, work, node.refersToFiles, env);
      await collect(join(work, 'node_modules'), 'node_modules', more);
    }
    if (python) {
      terminal.progress('Fetching wheels …');
      const version = await vendorPython(folder, work, python, env);
      await collect(join(work, 'wheels'), 'wheels', more);
      const compiled = more.filter(({ path }) => path.endsWith('.whl') && !path.endsWith('-any.whl'));
      if (compiled.length > 0)
        notes.push(
          `${compiled.length} wheels fit only hosts like this one (Python ${version}): ${names(compiled)}`,
        );
    }
    return { more, notes };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function vendorNode(folder: string, work: string, all: boolean, env: Environment): Promise<void> {
  const npm = await findNpm(process.execPath, { ...env });
  if (!npm) throw new Failure('--vendor: npm is not on this machine (BATON_NPM names it).');
  if (all) {
    const own = (path: string) => !/^(node_modules|\.git|\.venv|venv)$/.test(basename(path));
    await cp(folder, work, { recursive: true, filter: own });
  } else {
    for (const file of ['package.json', 'package-lock.json'])
      await cp(join(folder, file), join(work, file)).catch(() => {});
  }
  const what = (await isThere(join(work, 'package-lock.json'))) ? 'ci' : 'install';
  const args = [...npm.args, what, '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  const problem = await run(npm.program, args, work, env);
  if (problem) throw new Failure(`--vendor: npm ${what} failed: ${problem}`);
}

type Python = NonNullable<Awaited<ReturnType<typeof readPythonRequirements>>>;

async function vendorPython(folder: string, work: string, wanted: Python, env: Environment): Promise<string> {
  const named = env['BATON_PYTHON'] ?? (process.platform === 'win32' ? 'python' : 'python3');
  const { path, version, pip } = await askInterpreter(named, defined(env));
  if (pip === null) throw new Failure(`--vendor: ${path} has no pip to fetch wheels with.`);
  let list = join(folder, 'requirements.txt');
  if (wanted.lines) await writeFile((list = join(work, 'requirements.txt')), `${wanted.lines.join('\n')}\n`);
  const constraints = join(work, 'constraints.txt');
  await writeFile(constraints, `${wanted.constraints.join('\n')}\n`);
  const args = ['-m', 'pip', 'wheel', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off'];
  args.push('--wheel-dir', join(work, 'wheels'), '-r', list, '-c', constraints);
  const problem = await run(path, args, folder, env);
  if (problem) throw new Failure(`--vendor: pip wheel failed: ${problem}`);
  return version;
}

/** Plain files only: packages hold no links, which npm makes for commands in `.bin`. */
async function collect(folder: string, below: string, into: FileToWrite[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const found = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of found.sort()) {
    const path = `${below}/${relative(folder, file).split(sep).join('/')}`;
    const { mode } = await stat(file);
    into.push({ path, content: await readFile(file), executable: (mode & 0o100) !== 0 });
  }
}

/** Runs a program. Answers null, or the last that it said about its failure, without credentials. */
async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Environment,
): Promise<string | null> {
  const mask: Mask = await maskFor(defined(env));
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...env, NO_COLOR: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said = `${said}${chunk}`.slice(-4000)));
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code) => {
      const lines = said.split('\n').filter((line) => /error|err!|no matching/i.test(line));
      const last = (lines.length > 0 ? lines : said.trim().split('\n')).slice(0, 3).join(' · ');
      resolve(code === 0 ? null : mask(last.trim() || `it ended with code ${code}`));
    });
  });
}

function defined(env: Environment): Record<string, string> {
  const pairs = Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return Object.fromEntries(pairs);
}

const names = (files: readonly FileToWrite[]): string => listed(files.map(({ path }) => basename(path)));

function listed(words: readonly string[]): string {
  return words.length > 5
    ? `${words.slice(0, 5).join(', ')} and ${words.length - 5} others`
    : words.join(', ');
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
