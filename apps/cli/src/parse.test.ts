import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { UsageError } from './failure.ts';
import { findCommand, parse } from './parse.ts';

const named = (name: string): Command => commands.find((command) => command.name === name)!;

test('a command is one word or two, and the rest is its own', () => {
  const { command, rest } = findCommand(commands, ['--json', 'job', 'start', 'Books', '--wait']);
  assert.equal(command.name, 'job start');
  assert.deepEqual(rest, ['--json', 'Books', '--wait']);
  const parsed = parse(command, [...rest, '--timeout', '30', '--input={"a":1}']);
  assert.equal(parsed.argument, 'Books');
  assert.equal(parsed.flag('wait'), true);
  assert.equal(parsed.flag('help'), false);
  assert.equal(parsed.whole('timeout', 1, 60), 30);
  assert.equal(parsed.text('input'), '{"a":1}');
  assert.equal(parsed.text('folder'), undefined);
});

test('a list is given several times, or with commas', () => {
  const command = named('robot');
  assert.deepEqual(parse(command, ['--label', 'gpu, sap', '--label', 'x']).list('label'), [
    'gpu',
    'sap',
    'x',
  ]);
  assert.deepEqual(parse(command, ['--label', '']).list('label'), []);
  assert.equal(parse(command, []).list('label'), undefined);
});

test('commas belong to what may be given several times', () => {
  const command = named('job start');
  assert.deepEqual(parse(command, ['X', '--attach', 'a,b=c', '--attach', 'd']).each('attach'), [
    'a,b=c',
    'd',
  ]);
  assert.deepEqual(parse(command, ['X']).each('attach'), []);
});

const NO_COMMAND: readonly (readonly [line: string, message: string])[] = [
  ['pubish x.nupkg', "There is no command 'pubish'. Did you mean 'publish'?"],
  ['job strat X', "There is no command 'job strat'. Did you mean 'job start' or 'job stop'?"],
  ['jbo start X', "There is no command 'jbo'. Did you mean 'job start'?"],
  ['job', "'job' is not whole: job start, job logs, job files, job stop, job show."],
  ['frobnicate', "There is no command 'frobnicate'."],
];
for (const [line, message] of NO_COMMAND) {
  test(`'baton ${line}' is refused with a suggestion`, () => {
    assert.throws(() => findCommand(commands, line.split(' ')), new UsageError(message));
  });
}

const WRONG: readonly (readonly [command: string, args: readonly string[], message: string])[] = [
  ['job start', [], 'PROCESS is missing: name or key of the process.'],
  ['job start', ['A', 'B'], "'B' is too much: job start takes one argument."],
  ['server', ['now'], "'now' is too much: server takes none."],
  ['job start', ['A', '--wiat'], "There is no option '--wiat'. Did you mean '--wait'?"],
  ['job start', ['A', '-x'], "There is no option '-x'."],
  ['job start', ['A', '-wait'], "There is no option '-w'."],
  ['job start', ['A', '--timeout'], '--timeout needs a value: end waiting, not the job.'],
  ['job start', ['A', '--wait=yes'], '--wait takes no value.'],
];
for (const [command, args, message] of WRONG) {
  test(`'baton ${[command, ...args].join(' ')}' is refused: ${message}`, () => {
    assert.throws(() => parse(named(command), args), new UsageError(message));
  });
}

test('numbers are whole and within their bounds', () => {
  for (const text of ['', 'ten', '1.5', '0', '61']) {
    const parsed = parse(named('job start'), ['A', `--timeout=${text}`]);
    assert.throws(() => parsed.whole('timeout', 1, 60), {
      message: `--timeout: '${text}' is not a whole number between 1 and 60.`,
    });
  }
});

for (const help of ['--help', '-h']) {
  test(`what is asked for ${help} needs no argument`, () => {
    assert.equal(parse(named('job start'), [help]).flag('help'), true);
  });
}
