import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands } from './commands.ts';
import { commandHelp, overview, wrap } from './help.ts';
import { optionsOf } from './parse.ts';

const plain = (_: unknown, text: string): string => text;
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

test('the overview names every command', () => {
  const text = overview(commands, '1.2.3', plain);
  for (const { name, summary } of commands)
    assert.ok(text.includes(name) && text.includes(summary.slice(0, 20)), name);
  assert.ok(widest(text) <= 80);
});

for (const command of commands) {
  test(`help of '${command.name}' tells every option and fits 80 columns`, async () => {
    const text = await commandHelp(command, plain);
    for (const { name } of optionsOf(command)) assert.match(text, new RegExp(`^  --${name}\\b`, 'm'));
    assert.match(text, /^Exit codes$/m);
    assert.match(text, /^Examples\n {2}# .+\n {2}\S/m);
    assert.ok(
      widest(text) <= 80,
      text.split('\n').find((line) => line.length > 80),
    );
  });
}

test('long words are not broken', () => {
  assert.deepEqual(wrap('a bb ccccccc d', 5), ['a bb', 'ccccccc', 'd']);
});
