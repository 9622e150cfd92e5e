import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { lineOf } from './print-job.ts';
import { openTerminal, shown, type Terminal } from './terminal.ts';

/** All control characters, and those that turn the direction of text or end a line. */
const CONTROLS = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, index) => 0x7f + index),
  0x2028,
  0x2029,
  0x202a,
  0x202b,
  0x202c,
  0x202d,
  0x202e,
  0x2066,
  0x2067,
  0x2068,
  0x2069,
].map((code) => String.fromCharCode(code));
const KEPT = new Set(['\n', '\t']);
const AWAY = CONTROLS.filter((character) => !KEPT.has(character));

/** What a way of printing writes, to both streams. */
function printed(print: (terminal: Terminal) => void, json = false, isTTY = false): string {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  print(openTerminal(stream, stream, json));
  return String(stream.read());
}

const nasty = `a${CONTROLS.join('')}b`;

describe('no control character of a job or server reaches the terminal', () => {
  const ways: Readonly<Record<string, (terminal: Terminal) => void>> = {
    say: (terminal) => terminal.say(nasty),
    note: (terminal) => terminal.note(nasty),
    paint: (terminal) => terminal.say(terminal.paint('red', nasty)),
    'a line of a log': (terminal) =>
      terminal.say(
        lineOf(terminal, { Id: 1, TimeStamp: '2026-01-01T00:00:00Z', Level: 'Info', Message: nasty }),
      ),
  };
  for (const [name, print] of Object.entries(ways))
    test(name, () => {
      const text = printed(print);
      for (const character of AWAY) assert.ok(!text.includes(character), JSON.stringify(character));
      for (const character of AWAY) assert.ok(text.includes(shown(character)), shown(character));
    });

  test('progress, which has escapes of its own', () => {
    assert.equal(
      printed((terminal) => terminal.progress('\u001b[31mred'), false, true),
      '\\x1b[31mred',
    );
  });
});

test('they are written as one would write them', () => {
  assert.equal(
    shown('\u001b]0;title\u0007\r\u009b2J\u202ex\ny\tz'),
    '\\x1b]0;title\\x07\\x0d\\x9b2J\\u202ex\ny\tz',
  );
});

test('JSON has the same value, and no control character', () => {
  const text = printed((terminal) => terminal.data({ message: nasty }), true);
  assert.deepEqual(JSON.parse(text), { message: nasty });
  for (const character of AWAY) assert.ok(!text.includes(character), JSON.stringify(character));
});

test('colours of the command itself stay', (context) => {
  const { FORCE_COLOR } = process.env;
  process.env['FORCE_COLOR'] = '1';
  context.after(() => {
    if (FORCE_COLOR === undefined) delete process.env['FORCE_COLOR'];
    else process.env['FORCE_COLOR'] = FORCE_COLOR;
  });
  assert.equal(
    printed((terminal) => terminal.say(terminal.paint('red', 'a\u001b[0mb')), false, true),
    '\u001b[31ma\\x1b[0mb\u001b[39m\n',
  );
});

test('a message of several lines does not look like several messages', () => {
  const text = printed((terminal) =>
    terminal.say(
      lineOf(terminal, {
        Id: 1,
        TimeStamp: '2026-01-01T00:00:00Z',
        Level: 'Info',
        Message: 'a\n14:03:07  Info   b',
      }),
    ),
  );
  assert.deepEqual(text.split('\n').slice(1), [`${' '.repeat(17)}14:03:07  Info   b`, '']);
});
