import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { brokenRules, readImports } from './import-rules.ts';

const KERNEL = 'apps/server/src/kernel/a.ts';

test('the workspace keeps the rules, and its imports are found', () => {
  const imports = readImports(join(import.meta.dirname, '..'));
  assert.ok(imports.get('apps/server/src/areas.ts')?.includes('apps/server/src/orchestrator/jobs/area.ts'));
  assert.ok(
    imports.get('apps/server/src/kernel/contract/entity.ts')?.includes('packages/odata/src/model.ts'),
  );
  assert.deepEqual(brokenRules(imports), []);
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
