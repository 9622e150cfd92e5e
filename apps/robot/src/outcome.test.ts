import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { type Exit, files, type JobFolder } from './journal.ts';
import { outcomeOf } from './outcome.ts';

const ENDED: Exit = {
  exitCode: 0,
  signal: null,
  error: null,
  stopAsked: false,
  killed: false,
  reason: null,
  fault: null,
  stderrTail: '',
  endedAt: null,
};

/** What the robot reports about a job that left this output. */
function reported(text: string) {
  const path = mkdtempSync(join(tmpdir(), 'baton-outcome-'));
  try {
    mkdirSync(join(path, files.io));
    writeFileSync(join(path, files.output), text);
    return outcomeOf({ path } as JobFolder, ENDED);
  } finally {
    rmSync(path, { recursive: true });
  }
}

test('output arguments are reported as they were written', () => {
  const output = '{"id": 9007199254740993, "list": [1.50, -0, 123456789012345678901234567890]}';
  const { state, output: told } = reported(`\n${output}\n`);
  assert.deepEqual([state, told], ['Successful', output]);
});

test('output that is no object is a fault', () => {
  for (const text of ['[1]', '9007199254740993', '"x"', 'null', '{'])
    assert.equal(reported(text).state, 'Faulted', text);
});
