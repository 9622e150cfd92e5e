import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { staleContract } from './contract.ts';
import { findClocks } from './find-clocks.ts';
import { findUnused } from './find-unused.ts';
import { brokenRules, readImports } from './import-rules.ts';
import { findCopies } from './one-home.ts';

// Checks the whole workspace: types, lint and format, clocks, imports, duplicate rules, unused exports, and
// whether the contract is what the server declares. `--fix` writes the format.
const root = fileURLToPath(new URL('..', import.meta.url));
const fix = process.argv.includes('--fix');
const steps: readonly (readonly string[])[] = fix
  ? [['biome', 'check', '--write', '.']]
  : [
      ['tsc', '-p', '.'],
      ['tsc', '-p', 'bench'],
      ['tsc', '-p', 'apps/console'],
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
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${command} ${args.join(' ')}`);
  failed ||= status !== 0;
}
if (!fix) {
  tell('one clock', await findClocks(root));
  tell('imports', brokenRules(readImports(root)));
  tell('one home', await findCopies(root));
  tell('unused exports', findUnused(root));
  const stale = [...(await staleContract(root)).keys()];
  tell(
    'contract',
    stale.map((name) => `packages/contract/src/${name} is not what the server declares: npm run contract`),
  );
}
process.exit(failed ? 1 : 0);

function tell(what: string, faults: readonly string[]): void {
  for (const fault of faults) console.log(fault);
  console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${what}`);
  failed ||= faults.length > 0;
}
