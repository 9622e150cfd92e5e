import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { contractFiles } from './contract-files.ts';

// Writes packages/contract and prints what changed. `npm run check` requires it to be current.
const FOLDER = 'packages/contract/src';
/** Files that are written by hand. */
const WRITTEN = new Set(['operation.ts']);

/** Files that differ from the declarations: those to write, and (undefined) those to remove. */
export async function staleContract(root: string): Promise<ReadonlyMap<string, string | undefined>> {
  const wanted = await contractFiles(root);
  const there = readdirSync(join(root, FOLDER), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !WRITTEN.has(name));
  const read = (name: string): string => readFileSync(join(root, FOLDER, name), 'utf8');
  return new Map<string, string | undefined>([
    ...[...wanted].filter(([name, text]) => !there.includes(name) || read(name) !== text),
    ...there.filter((name) => !wanted.has(name)).map((name) => [name, undefined] as const),
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(import.meta.dirname, '..');
  for (const [name, text] of await staleContract(root)) {
    const path = join(root, FOLDER, name);
    mkdirSync(dirname(path), { recursive: true });
    if (text === undefined) rmSync(path);
    else writeFileSync(path, text);
    console.log(`${text === undefined ? 'removed' : 'written'} ${FOLDER}/${name}`);
  }
}
