import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { until } from '../../../tests/until.fixture.ts';
import { isFinal } from './fake-server.fixture.ts';
import { openFinished } from './finished.ts';
import { openFolders } from './folders.ts';
import { openKit, silent } from './kit.fixture.ts';

test('the folders of the jobs that finished last are kept', async (context) => {
  const { server, startRobot, dataFolder, journaled } = await openKit(context);
  const ref = await server.addPackage({ 'main.py': "open('made.txt', 'w').write('made')" }, ['main.py']);
  await startRobot({ slots: 1, keepJobFolders: { count: 2, bytes: 1e9 } });
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) {
    const job = server.startJob(ref);
    ids.push(job.executionId);
    await until('it has ended', () => isFinal(job) && journaled().length === 0);
  }
  const finished = join(dataFolder, 'finished');
  await until('the oldest is gone', () => `${readdirSync(finished).sort()}` === `${ids.slice(1).sort()}`);
  assert.equal(readFileSync(join(finished, ids[2]!, 'content', 'made.txt'), 'utf8'), 'made');
});

test('and no more of them than fit', async (context) => {
  const root = mkdtempSync(join(tmpdir(), 'baton-finished-'));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  const folders = openFolders(silent);
  context.after(() => folders.close());
  const finished = openFinished(join(root, 'finished'), { count: 10, bytes: 2500 }, folders, silent);
  const kept = () => readdirSync(join(root, 'finished')).sort();
  for (const [name, expected] of [
    ['a', 'a'],
    ['b', 'a,b'],
    ['c', 'b,c'],
  ] as const) {
    mkdirSync(join(root, name));
    writeFileSync(join(root, name, 'file'), 'x'.repeat(1000));
    finished.keep(join(root, name), name);
    await until(`${expected} are there`, () => `${kept()}` === expected);
  }
  assert.equal(existsSync(join(root, 'c')), false);
});
