import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { extractPackage } from './extract.ts';
import { folderOf } from './folder.fixture.ts';
import { InvalidPackage } from './invalid-package.ts';
import { nuspec, pythonToolEntries, zip } from './zip.fixture.ts';

const list = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test('the content, from memory and from disk', async (t) => {
  const folder = await folderOf(t);
  const bytes = zip(pythonToolEntries());
  await writeFile(join(folder, 'a.nupkg'), bytes);
  for (const [name, source] of [
    ['memory', bytes],
    ['disk', join(folder, 'a.nupkg')],
  ] as const) {
    const into = join(folder, name, 'deep');
    assert.deepEqual(await extractPackage(source, into), { folder: into, isNew: true });
    assert.deepEqual(await list(into), [
      'bindings_v2.json',
      'entry-points.json',
      'operate.json',
      'package-descriptor.json',
      'pyproject.toml',
      'src/greeter.py',
      'uipath.json',
    ]);
    assert.match(await readFile(join(into, 'src/greeter.py'), 'utf8'), /^def greet_person/);
    assert.deepEqual(await readdir(join(folder, name)), ['deep']);
  }
});

test('older Studio packages, escaped names, modes', async (t) => {
  const folder = await folderOf(t);
  const bytes = zip([
    { name: 'A.nuspec', content: nuspec() },
    { name: 'lib/net45/project.json', content: '{}' },
    { name: 'lib\\net45\\Sub\\My%20Flow.xaml', content: '<a/>' },
    { name: 'lib/net45/run.sh', content: '#!', mode: 0o104777 },
    { name: 'lib/net45/empty' },
  ]);
  await mkdir(join(folder, 'into'));
  await extractPackage(bytes, join(folder, 'into'));
  assert.deepEqual(await list(join(folder, 'into')), ['Sub/My Flow.xaml', 'empty', 'project.json', 'run.sh']);
  const mode = async (name: string) => (await stat(join(folder, 'into', name))).mode & 0o7111;
  assert.equal(await mode('run.sh'), 0o111); // set-user-id is gone
  assert.equal(await mode('project.json'), 0);
});

test('all or nothing', async (t) => {
  const folder = await folderOf(t);
  const into = join(folder, 'into');
  const good = { name: 'content/a', content: 'x' };
  for (const bad of [
    { name: 'content/../../evil', content: 'x' },
    { name: 'content/link', content: '/etc', mode: 0o120777 },
    { name: 'content/b', content: 'x', crc: 1 },
    { name: 'content/b', content: 'xyz', declaredSize: 1 },
  ]) {
    await assert.rejects(extractPackage(zip([good, bad]), into), InvalidPackage);
    assert.deepEqual(await readdir(folder), []);
  }
  await assert.rejects(extractPackage(zip([{ name: 'other/a' }]), into), /content\/: is not in the package/);
  await assert.rejects(extractPackage(join(folder, 'none'), into), { code: 'ENOENT' });
});

test('a filled folder is left alone, and of several at once one wins', async (t) => {
  const folder = await folderOf(t, { 'kept/own.txt': 'mine' });
  const bytes = zip(pythonToolEntries());
  assert.equal((await extractPackage(bytes, join(folder, 'kept'))).isNew, false);
  assert.deepEqual(await list(join(folder, 'kept')), ['own.txt']);
  const race = await Promise.all(
    Array.from({ length: 8 }, () => extractPackage(bytes, join(folder, 'race'))),
  );
  assert.equal(race.filter(({ isNew }) => isNew).length, 1);
  assert.deepEqual((await readdir(folder)).sort(), ['kept', 'race']);
});

test('broken files on disk are InvalidPackage and leave nothing', async (t) => {
  const folder = await folderOf(t);
  const file = join(folder, 'a.nupkg');
  const whole = zip(pythonToolEntries());
  const directory = whole.indexOf('PK\x01\x02');
  const survives = async (bytes: Buffer) => {
    await writeFile(file, bytes);
    await extractPackage(file, join(folder, 'into', String(Math.random()))).catch((error) => {
      assert.ok(error instanceof InvalidPackage, error instanceof Error ? error.stack : String(error));
    });
  };
  // A zip64 record with an offset past 2^53, for which `fs.read` throws.
  const locator = Buffer.alloc(20, 0xff);
  locator.write('PK\x06\x07', 'latin1');
  await survives(Buffer.concat([whole.subarray(0, -22), locator, whole.subarray(-22)]));
  const change = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      async (changes, inDirectory) => {
        const bytes = Buffer.from(whole);
        const from = inDirectory ? directory : 0;
        for (const { at, byte } of changes) bytes[from + (at % (bytes.length - from))] = byte;
        await survives(bytes);
      },
    ),
    { numRuns: 200 },
  );
  const left = await readdir(join(folder, 'into')).catch(() => []);
  assert.deepEqual(
    left.filter((name) => name.includes('partial')),
    [],
  );
});
