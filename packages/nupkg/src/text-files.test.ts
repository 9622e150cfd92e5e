import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { InvalidPackage } from './invalid-package.ts';
import { readPackage } from './read.ts';
import { parseTolerantly } from './tolerant-json.ts';
import { nuspec, zip } from './zip.fixture.ts';

const PROJECT = '{"name":"Prüfung","main":"Main.xaml","projectProfile":"Development"}';
const manifest = (encoding: string) =>
  nuspec('Sample', '1.0.0', '<title>Prüfung €</title>').replace(
    '<?xml version="1.0"?>',
    `<?xml version="1.0" encoding="${encoding}"?>`,
  );
const pack = (nuspecBytes: Uint8Array, projectBytes: Uint8Array = Buffer.from(PROJECT)): Buffer =>
  zip([
    { name: 'Sample.nuspec', content: nuspecBytes },
    { name: 'content/project.json', content: projectBytes },
    { name: 'content/Main.xaml', content: '<Activity/>' },
  ]);
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const marked = (bytes: Buffer, ...mark: number[]) => Buffer.concat([Buffer.from(mark), bytes]);
const windows = (text: string) => Buffer.from(text.replaceAll('€', '\u0080'), 'latin1');

describe('the manifest', () => {
  const read: readonly [what: string, bytes: Buffer][] = [
    ['UTF-8', Buffer.from(manifest('utf-8'))],
    ['UTF-8 with a mark', marked(Buffer.from(manifest('utf-8')), 0xef, 0xbb, 0xbf)],
    ['UTF-16, low byte first, with a mark', marked(utf16(manifest('utf-16')), 0xff, 0xfe)],
    ['UTF-16, high byte first, with a mark', marked(utf16(manifest('utf-16')).swap16(), 0xfe, 0xff)],
    ['UTF-16 without a mark', utf16(manifest('utf-16'))],
    ['UTF-8 that says it is UTF-16', Buffer.from(manifest('utf-16'))],
    ['windows-1252', windows(manifest('windows-1252'))],
    ['what calls itself Latin-1', windows(manifest('iso-8859-1'))],
  ];
  for (const [what, bytes] of read)
    it(`is read in ${what}`, async () => assert.equal((await readPackage(pack(bytes))).title, 'Prüfung €'));

  for (const [what, bytes, said] of [
    ['an unknown encoding', Buffer.from(manifest('ebcdic')), /unknown encoding, 'ebcdic'/],
    ['Latin-1 that does not say so', windows(nuspec('S', '1.0.0', '<title>ü</title>')), /UTF-8/],
    ['half a pair', utf16(manifest('utf-16').replace('€', '\ud800')), /UTF-16LE/],
  ] as const)
    it(`is refused in ${what}`, async () => {
      await assert.rejects(
        readPackage(pack(bytes)),
        (error) => error instanceof InvalidPackage && said.test(error.message),
      );
    });
});

describe('project.json', () => {
  const read: readonly [what: string, bytes: Buffer][] = [
    ['UTF-16 with a mark', marked(utf16(PROJECT), 0xff, 0xfe)],
    ['UTF-16 without one', utf16(PROJECT)],
    ['comments and commas', Buffer.from(`// made by hand\n${PROJECT.replace('}', ', /* last */ }')}`)],
  ];
  for (const [what, bytes] of read)
    it(`is read with ${what}`, async () => {
      const { mainEntryPointPath } = await readPackage(pack(Buffer.from(manifest('utf-8')), bytes));
      assert.equal(mainEntryPointPath, 'Main.xaml');
    });

  it('is JSON but for comments and last commas', () => {
    for (const [text, value] of [
      ['[1,2,]', [1, 2]],
      ['{"a":"//x,]/*","b":[1 , /* , */\n// ,\n],}', { a: '//x,]/*', b: [1] }],
      ['/* /* */{"a\\"//":1}//', { 'a"//': 1 }],
    ] as const)
      assert.deepEqual(parseTolerantly(text), value);
    for (const text of ['[,]', '[1,,]', '{"a":1,/*', '{a:1}', '"//', '[1]/'])
      assert.throws(() => parseTolerantly(text), SyntaxError, text);
    assert.throws(() => parseTolerantly('/*,'.repeat(1_000_000)), SyntaxError);
  });
});

describe('what cannot be stored', () => {
  const points = (input: string) => `{"entryPoints":[{"filePath":"Main.xaml","input":${input},"output":{}}]}`;
  for (const [what, text, said] of [
    ['NUL', points('{"title":"\\u0000"}'), /entryPoints\[0\]\.input\.title: holds a character/],
    ['half a pair as a name', points('{"\\ud800":1}'), /entryPoints\[0\]\.input: has a name/],
    ['depth', points('{"a":'.repeat(5000) + '1' + '}'.repeat(5000)), /nested deeper than 200/],
  ] as const)
    it(`is refused: ${what}`, async () => {
      const bytes = zip([
        { name: 'Sample.nuspec', content: nuspec() },
        { name: 'content/project.json', content: PROJECT },
        { name: 'content/entry-points.json', content: text },
      ]);
      await assert.rejects(
        readPackage(bytes),
        (error) => error instanceof InvalidPackage && said.test(error.message),
      );
    });
});

describe('bytes behind the end of the zip', () => {
  const whole = pack(Buffer.from(manifest('utf-8')));
  for (const extra of ['\n', '\0'.repeat(1000), 'PK\x05\x06', 'signature '.repeat(6000)]) {
    it(`are passed over: ${extra.length}`, async () => {
      const bytes = Buffer.concat([whole, Buffer.from(extra, 'latin1')]);
      assert.equal((await readPackage(bytes)).id, 'Sample');
      const path = join(tmpdir(), `baton-zip-end-${process.pid}-${extra.length}.nupkg`);
      await writeFile(path, bytes);
      try {
        assert.equal((await readPackage(path)).id, 'Sample');
      } finally {
        await rm(path);
      }
    });
  }
});
