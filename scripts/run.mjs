// Runs a TypeScript file of the project with the project's own Node. This file is plain JavaScript for Node
// 20 or newer, and needs nothing installed: on a fresh clone it first installs the packages of
// package-lock.json. `--with FOLDER` also installs the packages of that folder's lock file. `--first FILE` runs
// that file before, to its end.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** Installs once, and again after the lock file has changed. */
function install(folder) {
  const lock = readFileSync(join(folder, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  const stamp = join(folder, 'node_modules', '.baton-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing packages (once) …');
  const npm = process.env.npm_execpath;
  const [command, args] = npm
    ? [process.execPath, [npm]]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []];
  const env = { ...process.env, npm_config_loglevel: 'error' };
  // Not `npm ci`, which would first delete all installed packages, even if only one line of
  // the lock file changed.
  const done = spawnSync(command, [...args, 'install', '--no-save', '--no-audit', '--no-fund'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (done.status !== 0) {
    console.error(`npm install failed${done.error ? `: ${done.error.message}` : ''}.`);
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

/**
 * A package for each platform contains the Node binary. If there is none for this machine, an installed Node
 * that is new enough serves.
 */
export function findNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  const machine = `${platform}-${process.arch}`;
  // The package for Apple's own processors has a different name.
  const name = machine === 'darwin-arm64' ? `node-bin-${machine}` : `node-${machine}`;
  try {
    const folder = dirname(createRequire(join(root, 'package.json')).resolve(`${name}/package.json`));
    const binary = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(binary)) return binary;
  } catch {
    // No such package for this platform.
  }
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  console.error(
    `Baton needs Node 24, and there is none for ${process.platform}-${process.arch} in its packages: install it.`,
  );
  process.exit(1);
}

/**
 * Runs the file in a child process that gets the terminal, the signals and the arguments, and ends
 * with its exit code.
 */
export function run(file, args) {
  const node = findNode();
  const env = {
    ...process.env,
    PATH: `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`,
  };
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', join(root, file), ...args], {
    stdio: 'inherit',
    env,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal) process.kill(process.pid, signal);
    process.exit(code ?? 1);
  });
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const given = process.argv.slice(2);
  const option = (name) => (given[0] === name ? given.splice(0, 2)[1] : undefined);
  const more = option('--with');
  const first = option('--first');
  const [file, ...args] = given;
  if (!file) {
    console.error('usage: node scripts/run.mjs [--with FOLDER] [--first FILE] FILE [ARGUMENT …]');
    process.exit(2);
  }
  install(root);
  if (more) install(resolve(root, more));
  if (first) {
    const { status } = spawnSync(findNode(), ['--disable-warning=ExperimentalWarning', join(root, first)], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) process.exit(status ?? 1);
  }
  run(file, args);
}
