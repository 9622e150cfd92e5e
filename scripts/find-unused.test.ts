import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findUnused } from './find-unused.ts';

const ROOT = join(import.meta.dirname, '..');

test('what is exported is used', () => {
  assert.deepEqual(findUnused(ROOT), []);
});

test('what is used by nobody, by its own file or by tests alone is told', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'baton-unused-'));
  t.after(() => rm(root, { recursive: true, force: true }));
  await cp(join(ROOT, 'packages/nupkg'), join(root, 'packages/nupkg'), {
    recursive: true,
    filter: (path) => !path.includes('node_modules'),
  });
  await cp(join(ROOT, 'apps/robot/package.json'), join(root, 'apps/robot/package.json'));
  const write = (name: string, text: string) => writeFile(join(root, 'packages/nupkg/src', name), text);
  const of = (name: string) => findUnused(root).filter((fault) => fault.includes(` ${name},`));
  await write('odd.ts', 'export const odd = 1;\nexport const used = 2;\nexport interface Odd {}\n');
  await write('user.ts', "import * as all from './odd.ts';\nconst seen = all.used;\n");
  const odd = 'packages/nupkg/src/odd.ts exports';
  assert.deepEqual(of('odd'), [`${odd} odd, which nobody uses`]);
  assert.deepEqual(of('Odd'), [`${odd} Odd, which nobody uses`]);
  assert.deepEqual(of('used'), []);
  await write('odd.test.ts', "import { odd } from './odd.ts';\n");
  assert.deepEqual(of('odd'), [`${odd} odd, which only tests use`]);
  await write('odd.ts', 'export const odd = 1;\nconsole.log(odd);\n');
  assert.deepEqual(of('odd'), []);
  await write('odd.test.ts', '');
  assert.deepEqual(of('odd'), [`${odd} odd, which no other file imports`]);
});
