#!/usr/bin/env node
// The command, for Node 20 or newer. Baton itself runs on Node 24, which npm brings: where this is an older
// one, it hands over.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const WANTED = 24;
const folder = join(dirname(fileURLToPath(import.meta.url)), '..');
// Node strips no types inside of node_modules, so what is published is compiled.
const main = [join(folder, 'dist', 'main.js'), join(folder, 'src', 'main.ts')].find((file) =>
  existsSync(file),
);

/** As scripts/run.mjs of the repository: the `node-<platform>-<cpu>` package holds the binary. */
function findNode() {
  const platform = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const found = createRequire(join(folder, 'package.json')).resolve(
      `node-${platform}-${process.arch}/package.json`,
    );
    const binary = join(dirname(found), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(binary)) return binary;
  } catch {
    // No such package for this platform.
  }
  console.error(
    `Baton needs Node ${WANTED}, and there is none for ${process.platform}-${process.arch} in its packages: install it.`,
  );
  process.exit(1);
}

if (Number(process.versions.node.split('.')[0]) >= WANTED) {
  await import(pathToFileURL(main).href);
} else {
  const node = findNode();
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => {
    if (signal) process.kill(process.pid, signal);
    process.exit(code ?? 1);
  });
}
