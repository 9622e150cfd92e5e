import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { brokenRules, closure, readImports } from './import-rules.ts';

const ROOT = join(import.meta.dirname, '..');
const KERNEL = 'apps/server/src/kernel/a.ts';

test('the workspace keeps the rules, and its imports are found', () => {
  const imports = readImports(ROOT);
  assert.ok(imports.get('apps/server/src/areas.ts')?.includes('apps/server/src/orchestrator/jobs/area.ts'));
  assert.ok(
    imports.get('apps/server/src/kernel/contract/entity.ts')?.includes('packages/odata/src/model.ts'),
  );
  assert.deepEqual(brokenRules(imports), []);
});

test('robot, client and command lead to nothing of the server, and the client to nothing of Node', () => {
  const imports = readImports(ROOT);
  const all = (room: string) => [...imports.keys()].filter((file) => file.startsWith(room));
  const starts = [
    ...all('apps/robot/'),
    ...all('packages/client/'),
    'apps/cli/src/main.ts',
    'apps/cli/src/robot.ts',
  ];
  for (const start of starts) {
    const reached = closure(imports, start);
    assert.deepEqual(
      reached.filter((file) => file.startsWith('apps/server/')),
      [],
      start,
    );
  }
  assert.ok(closure(imports, 'apps/cli/src/robot.ts').includes('apps/robot/src/wire.ts'));
  for (const file of [...all('packages/client/'), ...all('packages/contract/')])
    assert.doesNotMatch(
      readFileSync(join(ROOT, file), 'utf8'),
      /from 'node:|\bBuffer\.|\bprocess\.env/,
      file,
    );
});

test('what breaks them is told', () => {
  const broken = (file: string, ...targets: string[]) => brokenRules(new Map([[file, targets]]));
  assert.match(broken(KERNEL, 'apps/server/src/orchestrator/jobs/reap.ts')[0]!, /kernel may not$/);
  assert.match(broken(KERNEL, 'apps/server/src/config.ts')[0]!, /kernel may not$/);
  assert.match(
    broken('apps/server/src/identity/a.ts', 'apps/server/src/orchestrator/b.ts')[0]!,
    /identity may not$/,
  );
  assert.match(broken('packages/odata/src/a.ts', 'apps/cli/src/b.ts')[0]!, /odata may not$/);
  assert.match(broken('packages/contract/src/a.ts', 'packages/client/src/b.ts')[0]!, /contract may not$/);
  assert.match(broken('packages/client/src/a.ts', 'apps/server/src/kernel/b.ts')[0]!, /client may not$/);
  assert.match(broken('apps/robot/src/a.ts', 'apps/server/src/kernel/b.ts')[0]!, /robot may not$/);
  assert.match(broken('apps/cli/src/job-start.ts', 'apps/server/src/main.ts')[0]!, /cli may not$/);
  assert.deepEqual(broken('apps/cli/src/server.ts', 'apps/server/src/main.ts'), []);
  assert.deepEqual(broken('apps/server/src/orchestrator/a.ts', 'apps/server/src/identity/b.ts'), []);
  const circle = brokenRules(
    new Map([
      ['x/a.ts', ['x/b.ts']],
      ['x/b.ts', ['x/c.ts']],
      ['x/c.ts', ['x/b.ts']],
    ]),
  );
  assert.deepEqual(circle, ['A circle: x/b.ts -> x/c.ts -> x/b.ts']);
});
