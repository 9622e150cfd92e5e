import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { testServer } from '../../server.fixture.ts';

for (const [seconds, told] of [
  [0, undefined],
  [4, undefined],
  [400, /^the clock of this machine is 400 s ahead of the database's/],
  [-400, /^the clock of this machine is 400 s behind the database's/],
] as const)
  test(`a node whose clock is ${seconds} s ahead ${told ? 'says so' : 'says nothing'} at its start`, async (t) => {
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
    await testServer(t, {}, { log, now: () => Date.now() + seconds * 1000 });
    const said = lines
      .map((line) => JSON.parse(line) as { msg: string })
      .filter(({ msg }) => /clock/.test(msg));
    assert.equal(said.length, told ? 1 : 0, lines.join(''));
    if (told) assert.match(said[0]!.msg, told);
  });
