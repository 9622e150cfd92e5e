import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { copiesIn, findCopies } from './one-home.ts';

test('each rule stands in its home alone', async () => {
  assert.deepEqual(await findCopies(join(import.meta.dirname, '..')), []);
});

test('a copy is found, by its line', () => {
  for (const code of [
    "text.replace(/[\\\\%_]/g, '\\\\$&')",
    'const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;',
    'select from jobs where state = 0',
    'where j.state in (1, 2, 3)',
    'and state not in (4, 5, 6) limit 1',
    'update sessions set state = 2, info = null',
    "count('i.status <> 5')",
    "if (error.code === '23505') throw nameUsed(name);",
    'if (known.size > MOST) known.delete(known.keys().next().value!);',
    "const token = randomBytes(32).toString('base64url');",
    "tx.afterCommit(() => ctx.live.notify('jobs'));",
    'console.log(job.Info);',
    'process.stdout.write(message);',
  ])
    assert.deepEqual(
      copiesIn(`\n${code}`).map(({ line }) => line),
      [2],
      code,
    );
  for (const code of [
    'if (status === 4) return',
    'ctx.status = 204;',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code that is looked through
    'where state in ${FINAL}',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code that is looked through
    'where state = ${constant(JobState.Running)}',
  ])
    assert.deepEqual(copiesIn(code), [], code);
});
