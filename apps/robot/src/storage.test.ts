import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { until } from '../../../tests/until.fixture.ts';
import { claimDurably } from './durable.ts';
import { FakeServer } from './fake-server.fixture.ts';
import { openFolders } from './folders.ts';
import { silent } from './kit.fixture.ts';
import { cutLines } from './lines.ts';
import { openLink } from './link.ts';
import { lockFolder } from './lock.ts';
import { openPackages } from './packages.ts';
import { openSpool, readBatch } from './spool.ts';

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-storage-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('lines are cut wherever the chunks end, and never grow beyond the limit', () => {
  const source = Buffer.from('grün\r\n\nabcdefghijkl\nlast ✓');
  for (const size of [1, 2, 3, 5, 100]) {
    const cutter = cutLines(8);
    const lines: string[] = [];
    for (let at = 0; at < source.length; at += size)
      lines.push(...cutter.push(source.subarray(at, at + size)));
    lines.push(...cutter.end());
    assert.deepEqual(lines, ['grün', '', 'abcdefgh ... [4 characters cut]', 'last ✓'], `chunks of ${size}`);
  }
});

test('a spool is read in batches, and a half-written line waits', (context) => {
  const file = join(temporaryFolder(context), 'log.ndjson');
  const spool = openSpool(file, 'e', 'token', () => new Date(0));
  for (let i = 0; i < 5; i++) spool.add(`line ${i} token`, 'Information');
  spool.addRecord('{"level":"Error","message":"structured","fields":{"n":1}}');
  spool.addRecord('not JSON');
  spool.close();
  writeFileSync(file, '{"message":"half', { flag: 'a' });
  const first = readBatch(file, 0, 4, 10_000);
  assert.deepEqual(
    first.lines.map(({ message }) => message),
    ['line 0 ***', 'line 1 ***', 'line 2 ***', 'line 3 ***'],
  );
  const second = readBatch(file, first.nextOffset, 400, 10_000);
  assert.deepEqual(
    second.lines.map(({ message }) => message),
    ['line 4 ***', 'structured', 'not JSON'],
  );
  assert.deepEqual(second.lines[1]?.fields, { n: 1 });
  assert.deepEqual(readBatch(file, second.nextOffset, 400, 10_000), {
    lines: [],
    nextOffset: second.nextOffset,
  });
  const fingerprints = [...first.lines, ...second.lines].map(({ fingerprint }) => fingerprint);
  assert.equal(new Set(fingerprints).size, 7);
});

test('a spool survives short writes, and a disk that is full in the middle of a line', (context) => {
  const file = join(temporaryFolder(context), 'log.ndjson');
  let room = 60;
  const shortly = (handle: number, text: Buffer): number => {
    if (room === 0)
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const written = writeSync(handle, text, 0, Math.min(text.length, room, 50));
    room -= written;
    return written;
  };
  const spool = openSpool(file, 'e', '', () => new Date(0), shortly);
  spool.add('torn', 'Information');
  spool.add('nowhere', 'Information');
  room = 10_000;
  spool.add('whole again', 'Information');
  spool.close();
  assert.deepEqual(
    readBatch(file, 0, 400, 10_000).lines.map(({ message }) => message),
    ['whole again', '2 lines were dropped: ENOSPC: no space left on device, write'],
  );
});

const TIMES: readonly (readonly [written: unknown, kept: string | undefined])[] = [
  ['2026-02-28T23:30:00-01:00', '2026-03-01T00:30:00.000Z'],
  ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['2026-02-29T00:00:00Z', undefined],
  ['2026-02-30T10:00:00Z', undefined],
  ['2026-04-31T10:00:00.5+02:00', undefined],
  ['2026-13-01T00:00:00Z', undefined],
  ['2026-01-00T00:00:00Z', undefined],
  ['2026-01-01T25:00:00Z', undefined],
  ['yesterday', undefined],
  [1_767_225_600_000, undefined],
];
test('a record has the time that it says, or where that is none, the one when it came', (context) => {
  const file = join(temporaryFolder(context), 'log.ndjson');
  const now = new Date('2026-07-01T00:00:00Z');
  const spool = openSpool(file, 'e', '', () => now);
  for (const [timeStamp] of TIMES) spool.addRecord(JSON.stringify({ message: 'x', timeStamp }));
  spool.close();
  assert.deepEqual(
    readBatch(file, 0, 400, 10_000).lines.map(({ timeStamp }) => timeStamp),
    TIMES.map(([, kept]) => kept ?? now.toISOString()),
  );
});

test('of several claims one holds', (context) => {
  const file = join(temporaryFolder(context), 'claim');
  assert.deepEqual([claimDurably(file, 'a'), claimDurably(file, 'b')], [true, false]);
  assert.equal(readFileSync(file, 'utf8'), 'a');
});

test('the lock of a process that has ended is taken over, even if another has its pid', (context) => {
  const folder = temporaryFolder(context);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  for (const holder of [{ pid, started: 'then' }, { pid: process.pid, started: 'before' }, 'rubbish']) {
    writeFileSync(join(folder, 'robot.lock'), JSON.stringify(holder));
    const unlock = lockFolder(folder);
    assert.throws(() => lockFolder(folder), { name: 'FolderInUse' });
    unlock();
    assert.deepEqual(readdirSync(folder), []);
  }
});

test('packages: concurrent jobs share a fetch, the least recently used go', async (context) => {
  const folder = temporaryFolder(context);
  const server = await new FakeServer().listen();
  context.after(() => server.vanish());
  const options = {
    url: server.url,
    machineKey: 'machine-key',
    machineSecret: 'machine-secret',
    log: silent,
  };
  const opened = openFolders(silent);
  context.after(() => opened.close());
  let before: (from: string) => void | Promise<void> = () => {};
  const folders: typeof opened = {
    ...opened,
    async plant(from, ...more) {
      await before(from);
      return opened.plant(from, ...more);
    },
  };
  const packages = openPackages(folder, openLink(options), silent, 2500, folders);
  const { signal } = new AbortController();
  const refs = await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) => server.addPackage({ [name]: name.repeat(1000) })),
  );
  const copy = (index: number, to: string) => packages.copyTo(refs[index]!, join(folder, 'jobs', to), signal);
  mkdirSync(join(folder, 'jobs'));

  await Promise.all([copy(0, '0'), copy(0, '1'), copy(0, '2')]);
  assert.equal(server.count('/packages/'), 1);
  assert.equal(readFileSync(join(folder, 'jobs', '2', 'a'), 'utf8'), 'a'.repeat(1000));
  await copy(1, '3');
  const kept = () =>
    readdirSync(join(folder, 'packages'))
      .map((name) => name.slice(0, 5))
      .sort();
  await until('the oldest is gone', () => `${kept()}` === 'test0,test1');
  const oldest = readdirSync(join(folder, 'packages')).find((name) => name.startsWith('test1'));
  utimesSync(join(folder, 'packages', oldest!), 1, 1);
  await copy(2, '4');
  await until('the oldest is gone', () => `${kept()}` === 'test0,test2');
  assert.ok(existsSync(join(folder, 'jobs', '4', 'c')));

  // The least recently used one stays while a job's folder is made of it.
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  before = (from) => {
    if (!from.includes('test0')) return;
    reached.resolve();
    return gate.promise;
  };
  const held = copy(0, '5');
  await reached.promise;
  utimesSync(join(folder, 'packages', kept0()), 1, 1);
  await copy(3, '6');
  await until('the oldest of the others is gone', () => `${kept()}` === 'test0,test3');
  gate.resolve();
  await held;
  assert.equal(server.count('/packages/Test0'), 1);

  // Dropped because another job has changed its files, just when a job gets its folder.
  before = (from) => {
    before = () => {};
    opened.discard(dirname(from));
  };
  await copy(3, '7');
  assert.equal(readFileSync(join(folder, 'jobs', '7', 'd'), 'utf8'), 'd'.repeat(1000));
  assert.equal(server.count('/packages/Test3'), 2);

  function kept0(): string {
    return readdirSync(join(folder, 'packages')).find((name) => name.startsWith('test0'))!;
  }
});

test('packages: a job that becomes the owner of its files gets copies, though links are made ahead', async (context) => {
  const folder = temporaryFolder(context);
  const server = await new FakeServer().listen();
  context.after(() => server.vanish());
  const options = {
    url: server.url,
    machineKey: 'machine-key',
    machineSecret: 'machine-secret',
    log: silent,
  };
  const folders = openFolders(silent);
  context.after(() => folders.close());
  const packages = openPackages(folder, openLink(options), silent, 1e9, folders);
  const { signal } = new AbortController();
  const files = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}.txt`, 'x']));
  const ref = await server.addPackage(files);
  const [shared, own] = [join(folder, 'shared'), join(folder, 'own')];
  await packages.copyTo(ref, shared, signal);
  const ahead = () => join(folder, 'packages', readdirSync(join(folder, 'packages'))[0]!, 'ahead');
  await until('the next folder is made', () => existsSync(ahead()));
  await packages.copyTo(ref, own, signal, true);
  assert.equal(statSync(join(own, '499.txt')).nlink, 1);
  assert.ok(existsSync(ahead()), 'it is for the next one');
});
