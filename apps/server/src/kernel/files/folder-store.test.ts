import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, it } from 'node:test';
import { folderStore } from './folder-store.ts';

const root = await mkdtemp(join(tmpdir(), 'baton-files-'));
after(() => rm(root, { recursive: true, force: true }));
const store = folderStore(root);
const contentOf = async (key: string): Promise<string | undefined> => {
  const found = await store.read(key);
  return found && text(found.stream);
};

it('writes, replaces, reads and removes', async () => {
  await store.write('a/b', Buffer.from('one'));
  assert.equal((await store.read('a/b'))!.size, 3);
  await store.write('a/b', Buffer.from('second'));
  assert.equal(await contentOf('a/b'), 'second');
  await store.remove('a/b');
  await store.remove('a/b');
  assert.equal(await store.read('a/b'), undefined);
});

it('leaves nothing of a write that fails, and what was there before', async () => {
  await store.write('c', Buffer.from('before'));
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('half');
    throw new Error('broken');
  }
  await assert.rejects(store.write('c', broken()), /broken/);
  assert.equal(await contentOf('c'), 'before');
  assert.deepEqual(await readdir(join(root, '.unfinished')), []);
});

it('frees the room of what a dead server was writing, not of what is being written', async () => {
  const [old, fresh] = [join(root, '.unfinished', 'old'), join(root, '.unfinished', 'fresh')];
  for (const path of [old, fresh]) await writeFile(path, 'half');
  const yesterday = new Date(Date.now() - 25 * 3600_000);
  await utimes(old, yesterday, yesterday);
  await store.removeUnfinished(24 * 3600_000);
  assert.deepEqual(await readdir(join(root, '.unfinished')), ['fresh']);
  await folderStore(join(root, 'nothing yet')).removeUnfinished(0);
});

it('takes no key that leads out of its folder', async () => {
  for (const key of ['../x', 'a/../../x', '/etc/x', '.unfinished/x', 'a\\b', 'a\0b', ''])
    await assert.rejects(store.write(key, Buffer.from('x')), /is no file key/, key);
});
