import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import sql from 'sql-template-tag';
import { testDatabase } from '../db/test-database.ts';
import { folderStore } from './folder-store.ts';
import { markFolder } from './mark.ts';
import { StorageFailure } from './storage-failure.ts';

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-mark-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('the folder that a database begins with is its folder, and another one is none', async (t) => {
  const { db } = await testDatabase(t);
  const [ours, other] = [join(await temporaryFolder(t), 'files'), join(await temporaryFolder(t), 'files')];
  const marks = await Promise.all([1, 2, 3].map(() => markFolder(db, ours)));
  assert.equal(new Set(marks).size, 1, 'nodes that start at once');
  await assert.rejects(markFolder(db, other), ({ message }: Error) => {
    const [, file] = /there is a file (\S+)\. Mount or restore/.exec(message) ?? [];
    assert.ok(message.startsWith(`${other} is not the folder of files of this database`), message);
    return file === marks[0]!.replace(ours, other);
  });
  await writeFile(marks[0]!.replace(ours, other), '');
  await markFolder(db, other);

  const { db: another } = await testDatabase(t);
  await another.execute(sql`update files_folder set id = gen_random_uuid()`);
  assert.notEqual(
    await markFolder(another, ours),
    marks[0],
    'two databases that share a folder see their own',
  );
  await markFolder(db, ours);
});

test('while a disk is not mounted nothing is stored beside it, and what is on it is not said to be gone', async (t) => {
  const { db } = await testDatabase(t);
  const folder = join(await temporaryFolder(t), 'files');
  const files = folderStore(folder, await markFolder(db, folder));
  const content = (): AsyncGenerator<Buffer> =>
    (async function* () {
      yield Buffer.from('content');
    })();
  await files.write('packages/a', content());
  await rename(folder, `${folder}.unmounted`);
  await mkdir(folder);
  const isUnusable = (error: Error): boolean => error instanceof StorageFailure && !error.isFull;
  await assert.rejects(files.write('packages/b', content()), isUnusable);
  await assert.rejects(files.read('packages/a'), isUnusable);
  await assert.rejects(files.setAside(content()), isUnusable);
  await assert.rejects(files.remove('packages/a'), isUnusable);
  await rm(folder, { recursive: true });
  await rename(`${folder}.unmounted`, folder);
  assert.equal((await files.read('packages/a'))?.size, 7);
  assert.equal(await files.read('packages/b'), undefined);
  await files.write('packages/b', content());
  await files.remove('packages/a');
});
