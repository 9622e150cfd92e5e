import assert from 'node:assert/strict';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { describe, type TestContext } from 'node:test';
import { extractPackage } from '@baton/nupkg/extract';
import { writePackage } from '@baton/nupkg/write';
import { until } from '../../../tests/until.fixture.ts';
import { isFinal, lastReport } from './fake-server.fixture.ts';
import { openFolders } from './folders.ts';
import { openKit, silent } from './kit.fixture.ts';

const MANY = 2000;
const paths = Array.from({ length: MANY }, (_, i) => `files/${i % 80}/${i}.txt`);

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-folders-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function fill(folder: string): void {
  for (let i = 0; i < 80; i++) mkdirSync(join(folder, 'files', String(i)), { recursive: true });
  for (const path of paths) writeFileSync(join(folder, path), path);
}

/**
 * How many milliseconds this thread works on something. Waiting for a processor that others use does not
 * count, so the figure is about the same on a busy machine.
 */
async function workOf(act: () => void | Promise<void>): Promise<number> {
  const before = process.threadCpuUsage();
  await act();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

test('folders of thousands of files come and go without this thread', async (context) => {
  const root = temporaryFolder(context);
  const folders = openFolders(silent);
  context.after(() => folders.close());
  fill(join(root, 'package', 'content'));
  const jobs = ['a', 'b'].map((name) => join(root, name));
  const ours = await workOf(async () => {
    const { files, isShared } = await folders.seal(join(root, 'package'));
    assert.equal(files, MANY);
    for (const job of jobs) await folders.plant(join(root, 'package', 'content'), job, isShared);
    assert.equal(await folders.measure(jobs[0]!), isShared ? 0 : paths.join('').length);
    for (const job of jobs) folders.discard(job);
    assert.equal(await folders.isUnchanged(join(root, 'package')).catch(() => !isShared), true);
    assert.deepEqual(jobs.map(existsSync), [false, false], 'gone at once');
    await until('they are removed', () => readdirSync(root).length === 1);
  });
  const direct = await workOf(() => {
    for (const job of jobs) cpSync(join(root, 'package', 'content'), job, { recursive: true });
    for (const job of jobs) rmSync(job, { recursive: true });
  });
  context.diagnostic(`${ours.toFixed()} ms of this thread, ${direct.toFixed()} ms done directly`);
  assert.ok(ours < direct / 4, `${ours} ms of this thread, ${direct} ms done directly`);
});

test('a package of many files is extracted without this thread', async (context) => {
  const root = temporaryFolder(context);
  const folders = openFolders(silent);
  context.after(() => folders.close());
  const file = join(root, 'a.nupkg');
  const files = paths.slice(0, 600).map((path) => ({ path, content: path }));
  writeFileSync(file, await writePackage({ id: 'Many', version: '1.0.0', files }));
  const ours = await workOf(() => folders.extract(file, join(root, 'ours')));
  const direct = await workOf(async () => void (await extractPackage(file, join(root, 'direct'))));
  assert.equal(readFileSync(join(root, 'ours', paths[599]!), 'utf8'), paths[599]);
  context.diagnostic(`${ours.toFixed()} ms of this thread, ${direct.toFixed()} ms done directly`);
  assert.ok(ours < direct / 4, `${ours} ms of this thread, ${direct} ms done directly`);
  writeFileSync(file, 'no package');
  await assert.rejects(folders.extract(file, join(root, 'none')), /is not a zip archive/);
});

test('what is discarded is removed by the next, if a robot is killed meanwhile', async (context) => {
  const root = temporaryFolder(context);
  mkdirSync(join(root, '.gone-0123'));
  writeFileSync(join(root, '.gone-4567'), '');
  mkdirSync(join(root, 'kept'));
  const folders = openFolders(silent);
  context.after(() => folders.close());
  folders.sweep(root);
  folders.discard(join(root, 'not there'));
  await until('only the other is left', () => `${readdirSync(root)}` === 'kept');
});

describe('jobs of a package of many files', { concurrency: 1 }, () => {
  // Enough of them to be shared. `npm run bench:large-package` has 8,000.
  const some = paths.slice(0, 600);
  const counting = `
import baton, os
def count(): return sum(len(names) for _, _, names in os.walk('files'))
first = open('files/0/0.txt').read()
os.rename('files/1/1.txt', 'moved.txt')
with open('files/new.txt', 'w') as file: file.write('new')
baton.output({'files': count(), 'first': first, 'folder': os.stat('.').st_ino})
if baton.input().get('spoil'):
    os.chmod('files/0/0.txt', 0o644)
    with open('files/0/0.txt', 'w') as file: file.write('spoilt')`;
  const files = Object.fromEntries(some.map((path) => [path, path]));

  test('share its files, and what one changes reaches no other', async (context) => {
    const { server, startRobot, dataFolder, journaled } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': counting, ...files }, ['main.py']);
    await startRobot({ slots: 1 });
    const shared = () => join(dataFolder, 'packages', readdirSync(join(dataFolder, 'packages'))[0]!);
    const ahead = () => statSync(join(shared(), 'ahead')).ino;
    // The second takes a folder that was made ahead, and spoils the package for the third, which gets it
    // anew.
    for (const [index, input] of [{}, { spoil: true }, {}, {}].entries()) {
      const made = index % 2 === 1 ? await until('a folder is made ahead', ahead) : null;
      const job = server.startJob(ref, { inputArguments: JSON.stringify(input) });
      await until('it has ended', () => isFinal(job));
      assert.equal(job.state, 'Successful', lastReport(job).info ?? '');
      const output = JSON.parse(lastReport(job).outputArguments ?? '{}') as Record<string, unknown>;
      assert.deepEqual([output['files'], output['first']], [some.length, 'files/0/0.txt']);
      if (made !== null) assert.equal(output['folder'], made);
    }
    const { isShared } = JSON.parse(readFileSync(join(shared(), 'facts.json'), 'utf8')) as {
      isShared: boolean;
    };
    // Where files are cloned instead, no job can spoil them.
    assert.equal(server.count('/packages/'), isShared ? 2 : 1);
    await until('the folders are gone', () => journaled().length === 0);
    const links = () => statSync(join(shared(), 'content', 'files', '0', '0.txt')).nlink;
    await until('only the folder for the next job is left', () => ahead() && links() === (isShared ? 2 : 1));
  });

  test('have all of them, though the robot is killed in between', async (context) => {
    const { server, startRobot, killRobot, dataFolder, journaled } = await openKit(context);
    const ref = await server.addPackage({ 'main.py': counting, ...files }, ['main.py']);
    await startRobot();
    // While it is extracted, and while a job's folder is made.
    const first = server.startJob(ref);
    const packages = () => readdirSync(join(dataFolder, 'packages'));
    await until('it is being extracted', () => packages().some((name) => name.endsWith('.new')));
    await killRobot();
    await startRobot();
    const content = join(dataFolder, 'jobs', first.executionId, 'content');
    await until('its folder is being made', () => existsSync(content));
    await killRobot();
    await startRobot();
    await until('it has ended', () => isFinal(first));
    const output = JSON.parse(lastReport(first).outputArguments ?? '{}') as Record<string, unknown>;
    assert.deepEqual([output['files'], output['first']], [some.length, 'files/0/0.txt']);
    await until('nothing is left', () => journaled().length === 0 && packages().length === 1);
  });
});
