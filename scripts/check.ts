import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findClocks } from './find-clocks.ts';

// Types, lint and format of the whole workspace, and what reads a clock of its own; `--fix` writes the format.
const root = fileURLToPath(new URL('..', import.meta.url));
const fix = process.argv.includes('--fix');
const steps: readonly (readonly string[])[] = fix
  ? [['biome', 'check', '--write', '.']]
  : [
      ['tsc', '-p', '.'],
      ['oxlint', '--deny-warnings', '.'],
      ['biome', 'check', '.'],
    ];

let failed = false;
for (const [command, ...args] of steps) {
  const { status } = spawnSync(`node_modules/.bin/${command}`, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${command}`);
  failed ||= status !== 0;
}
if (!fix) {
  const clocks = await findClocks(root);
  for (const fault of clocks) console.log(fault);
  console.log(`${clocks.length === 0 ? 'ok  ' : 'FAIL'} one clock`);
  failed ||= clocks.length > 0;
}
process.exit(failed ? 1 : 0);
