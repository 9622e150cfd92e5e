import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';
import fc from 'fast-check';
import { openArchive, readAll } from './archive.ts';
import { InvalidPackage } from './invalid-package.ts';
import type { PackageToWrite } from './package-to-write.ts';
import { readPackage } from './read.ts';
import { writePackage } from './write.ts';

const sample: PackageToWrite = {
  id: 'Invoices.Book',
  version: '1.2',
  title: 'Book <invoices> & "more"',
  description: 'Line 1\r\nLine 2 \u0001',
  authors: 'Ada, Bob',
  tags: 'invoice book',
  files: [
    { path: 'main.mjs', content: 'export {};\n' },
    { path: 'run', content: '#!/bin/sh\n', executable: true },
    { path: 'data/100% Größe.txt', content: 'ä' },
  ],
  entryPoints: [{ path: 'main.mjs', input: { type: 'object', properties: { a: { type: 'string' } } } }],
  targetRuntime: 'node',
};

test('what is written reads back', async () => {
  const contents = await readPackage(await writePackage(sample));
  assert.equal(contents.id, 'Invoices.Book');
  assert.equal(contents.version, '1.2.0');
  assert.equal(contents.title, sample.title);
  assert.equal(contents.description, 'Line 1\r\nLine 2');
  assert.equal(contents.authors, 'Ada, Bob');
  assert.equal(contents.projectType, 'Process');
  assert.equal(contents.targetFramework, 'Portable');
  assert.equal(contents.requiresUserInteraction, false);
  assert.equal(contents.mainEntryPointPath, 'main.mjs');
  assert.deepEqual(contents.runtime, { kind: 'node', entry: { path: 'main.mjs' } });
  assert.deepEqual(contents.entryPoints[0]?.input, sample.entryPoints?.[0]?.input);
  assert.equal(contents.entryPoints[0]?.output, null);
});

test('the parts that NuGet clients look for', async () => {
  const archive = await openArchive(await writePackage(sample));
  const text = async (path: string) =>
    (await readAll(archive.find(path) ?? assert.fail(path), 1e6)).toString();
  assert.deepEqual(
    archive.files.map(({ path }) => path.replace(/[0-9a-f]{32}/, '#')),
    [
      '_rels/.rels',
      'Invoices.Book.nuspec',
      '[Content_Types].xml',
      'package/services/metadata/core-properties/#.psmdcp',
      'content/main.mjs',
      'content/run',
      'content/data/100% Größe.txt',
      'content/operate.json',
      'content/entry-points.json',
      'content/package-descriptor.json',
      'content/bindings_v2.json',
    ],
  );
  assert.match(await text('[Content_Types].xml'), /Extension="nuspec".*\n[^]*PartName="\/content\/run"/);
  assert.match(await text('_rels/.rels'), /Target="\/Invoices.Book.nuspec"/);
  assert.deepEqual(
    archive.files.filter(({ executable }) => executable).map(({ path }) => path),
    ['content/run'],
  );
});

test('the same input gives the same bytes, in every time zone', async () => {
  const bytes = await writePackage(sample);
  assert.ok(bytes.equals(await writePackage(structuredClone(sample))));
  const script =
    `import { writePackage } from ${JSON.stringify(new URL('./write.ts', import.meta.url).href)};` +
    `process.stdout.write((await writePackage(${JSON.stringify(sample)})).toString('hex'));`;
  const env = { ...process.env, TZ: 'Pacific/Auckland' };
  const hex = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    env,
    encoding: 'utf8',
  });
  assert.equal(hex, bytes.toString('hex'));
});

test('a stable id stays what it is: ids are stored', async () => {
  const { entryPoints } = await readPackage(await writePackage(sample));
  assert.equal(entryPoints[0]?.uniqueId, 'ebbab162-8411-556c-853b-3e3a42f202f4');
});

const bad = (more: Partial<PackageToWrite>) =>
  assert.rejects(writePackage({ ...sample, ...more }), InvalidPackage);

test('what no reader would take is refused', async () => {
  await bad({ id: '' });
  await bad({ id: 'a/b' });
  await bad({ version: 'x' });
  await bad({ files: [{ path: '../a', content: '' }] });
  await bad({
    files: [
      { path: 'a', content: '' },
      { path: 'A', content: '' },
    ],
  });
  await bad({ entryPoints: [{ path: 'a', uniqueId: 'x' }] });
});

test('any files survive the round trip', async () => {
  const name = fc
    .stringMatching(/^[a-zà-ü%$ ]{0,5}[a-z%0-9]$/)
    .filter((text) => !/^(con|prn|aux|nul|com\d|lpt\d)$/.test(text));
  const file = fc.record({
    path: fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `d/${parts.join('/')}.x`),
    content: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
  });
  const files = fc.uniqueArray(file, { selector: ({ path }) => path.normalize('NFC'), maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(files, async (wanted) => {
      const archive = await openArchive(await writePackage({ id: 'A', version: '1', files: wanted }));
      for (const { path, content } of wanted) {
        const found = archive.find(`content/${path}`);
        assert.ok(found && (await readAll(found, 1000)).equals(content), path);
      }
    }),
  );
});
