import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { InvalidPackage } from './invalid-package.ts';
import { readPackage } from './read.ts';
import { writePackage } from './write.ts';
import { nuspec, pythonToolEntries, type ZipEntry, zip } from './zip.fixture.ts';

const manifest: ZipEntry = { name: 'Sample.nuspec', content: nuspec() };
const withFile = (entry: ZipEntry) => zip([manifest, entry]);
const withJson = (path: string, value: unknown) => withFile({ name: path, content: JSON.stringify(value) });

const refused = (bytes: Buffer, code: string, words: RegExp, limits = {}) =>
  assert.rejects(readPackage(bytes, limits), (error) => {
    assert.ok(error instanceof InvalidPackage, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  });

test('a package of the official Python tool', async () => {
  const contents = await readPackage(zip(pythonToolEntries()));
  const { entryPoints, runtime, bindings, ...rest } = contents;
  assert.deepEqual(rest, {
    id: 'greeter',
    version: '0.1.0',
    isPrerelease: false,
    title: 'greeter',
    description: 'A sample',
    authors: 'Ada',
    owners: null,
    summary: null,
    releaseNotes: null,
    tags: null,
    projectUrl: null,
    licenseUrl: null,
    iconUrl: null,
    projectType: 'Process',
    packageType: 'Process',
    targetFramework: 'Portable',
    requires: [],
    requiresUserInteraction: false,
    isAttended: false,
    isCompiled: false,
    supportsMultipleEntryPoints: true,
    mainEntryPointPath: 'greet',
  });
  assert.equal(bindings.length, 1);
  assert.equal(entryPoints[0]?.uniqueId, 'd3fdfadf-469d-408a-89bb-9f3202467632');
  assert.deepEqual(entryPoints[0]?.input?.['required'], ['name']);
  assert.deepEqual(runtime, {
    kind: 'python',
    entry: { path: 'src/greeter.py', function: 'greet_person' },
    python: {
      launcher: 'function',
      requiresPython: '>=3.11',
      dependencies: ['uipath>=2.1'],
      hasPyproject: true,
      hasUvLock: false,
      hasRequirements: false,
      problem: null,
    },
  });
});

test('a Studio project in lib/net45', async () => {
  const project = {
    name: 'Flow',
    main: 'Main.xaml',
    designOptions: { outputType: 'Process', projectProfile: 'Development' },
    runtimeOptions: { isAttended: true },
    entryPoints: [
      {
        filePath: 'Main.xaml',
        uniqueId: '{4e8bbd54-9c26-4d39-a8f5-6ad1f2a3d1f7}',
        input: [
          {
            name: 'in_Path',
            type: 'System.String, mscorlib, Version=4.0.0.0',
            required: true,
            hasDefault: false,
          },
          { name: 'in_When', type: 'System.DateTime, mscorlib', hasDefault: true },
        ],
        output: [],
      },
    ],
  };
  const bytes = zip([
    manifest,
    { name: 'lib/net45/project.json', content: `\uFEFF${JSON.stringify(project)}` },
    { name: 'lib/net45/My%20Flow.xaml', content: '<Activity/>' },
    { name: 'lib/net45/Flow.dll', content: 'MZ' },
  ]);
  const contents = await readPackage(bytes);
  assert.equal(contents.targetFramework, 'Legacy');
  assert.equal(contents.requiresUserInteraction, true);
  assert.equal(contents.isAttended, true);
  assert.equal(contents.isCompiled, true);
  assert.equal(contents.runtime?.kind, 'xaml');
  assert.equal(contents.entryPoints[0]?.uniqueId, '4e8bbd54-9c26-4d39-a8f5-6ad1f2a3d1f7');
  assert.deepEqual(contents.entryPoints[0]?.input?.['required'], ['in_Path']);
});

const type = async (file: string, value: unknown) => (await readPackage(withJson(file, value))).projectType;

test('project types', async () => {
  const studio = (outputType: string, projectProfile = 'Development') =>
    type('content/project.json', { main: 'Main.xaml', designOptions: { outputType, projectProfile } });
  assert.equal(await studio('Process'), 'Process');
  assert.equal(await studio('Process', 'Business'), 'BusinessProcess');
  assert.equal(await studio('Tests'), 'TestAutomationProcess');
  assert.equal(await studio('Library'), 'ProcessLibrary');
  assert.equal(await type('content/operate.json', { main: 'a', contentType: 'agent' }), 'Agent');
  assert.equal((await readPackage(zip([manifest]))).projectType, 'Undefined');
  assert.equal((await readPackage(withFile({ name: 'lib/net6.0/A.dll' }))).projectType, 'ProcessLibrary');
});

const readXml = (xml: string) => readPackage(zip([{ name: 'Sample.nuspec', content: xml }]));

test('the manifest is read whatever its namespace, and refused where it is ambiguous or clever', async () => {
  const full = nuspec('Sample', '01.2.0.0-Beta+x', '<title> A &amp; B </title><tags><![CDATA[x y]]></tags>');
  const { version, title, tags, isPrerelease } = await readXml(
    full.replace(/ xmlns="[^"]*"/, ' xmlns="urn:any"'),
  );
  assert.deepEqual([version, title, tags, isPrerelease], ['1.2.0-Beta', 'A & B', 'x y', true]);

  const bad = (xml: string, code: string, words: RegExp) =>
    refused(zip([{ name: 'Sample.nuspec', content: xml }]), code, words);
  const bomb = '<!DOCTYPE p [<!ENTITY a "b">]>';
  await bad(nuspec().replace('?>', `?>${bomb}`), 'PackageMetadataExtract', /document type/);
  await bad(nuspec('&a;'), 'PackageMetadataExtract', /well-formed/);
  await bad(nuspec().slice(0, -10), 'PackageMetadataExtract', /well-formed/);
  await bad(nuspec('A', '1.0', '<id>B</id>'), 'PackageMetadataExtract', /two elements id/);
  await bad(nuspec('A', '1.0', '<a>'.repeat(50) + '</a>'.repeat(50)), 'PackageMetadataExtract', /too deep/);
  await bad('<package/>', 'PackageMetadataValidation', /id: is missing/);
  await bad(nuspec('A:B'), 'PackageMetadataValidation', /not a package id/);
  await bad(nuspec('../A'), 'PackageMetadataValidation', /not a package id/);
  await bad(nuspec('A', 'one'), 'InvalidPackageVersion', /not a NuGet version/);
  await refused(zip([]), 'PackageMetadataExtract', /no .nuspec/);
  await refused(zip([manifest, { name: 'B.nuspec', content: nuspec() }]), 'PackageMetadataExtract', /second/);
  await refused(
    zip([{ name: 'A.nuspec', content: Buffer.from(nuspec('Ä'), 'latin1') }]),
    'PackageMetadataExtract',
    /not UTF-8/,
  );
});

test('project files that say something impossible are refused, by name', async () => {
  const path = 'content/entry-points.json';
  const points = (...entryPoints: unknown[]) => withJson(path, { entryPoints });
  const bad = (bytes: Buffer, words: RegExp) => refused(bytes, 'PackageMetadataValidation', words);
  await bad(points({}), /entryPoints\[0\].filePath: is missing/);
  await bad(points({ filePath: 'a', uniqueId: 'x' }), /uniqueId: is not a GUID/);
  await bad(points({ filePath: 'a' }, { filePath: 'a' }), /two have the path a/);
  await bad(points({ filePath: 'a', input: 'x' }), /input: has to be a JSON schema/);
  await bad(points({ filePath: 'gone.py' }), /gone.py: is an entry point, but no file/);
  await bad(withJson('content/operate.json', { main: 5 }), /operate.json: main: has to be text/);
  await bad(withJson('content/operate.json', {}), /names no entry point/);
  await bad(withJson('content/baton.json', { runtime: 'perl', main: 'a' }), /baton.json: runtime/);
  await bad(withJson('content/uipath.json', { functions: { a: 'b' } }), /functions.a/);
  await refused(withFile({ name: path, content: '{' }), 'PackageMetadataExtract', /not valid JSON/);
  await refused(withFile({ name: path, content: '[]' }), 'PackageMetadataExtract', /not a JSON object/);
});

test('names that could escape, deceive or not be written', async () => {
  const names: readonly (readonly [string | Uint8Array, RegExp])[] = [
    ['../evil', /leaves its folder/],
    ['content/../../evil', /leaves its folder/],
    ['content\\..\\..\\evil', /leaves its folder/],
    ['content/%2e%2e/%2E%2E/evil', /leaves its folder/],
    ['content/..%5c..%5cevil', /leaves its folder/],
    ['content/.. /evil', /ending in . or blank/],
    ['/etc/passwd', /absolute/],
    ['\\\\host\\share', /absolute/],
    ['C:\\evil', /drive/],
    ['c:evil', /drive/],
    ['content/a:stream', /one of </],
    ['content/a\0.txt', /control/],
    ['content/a%00.txt', /control/],
    ['content/nul.txt', /Windows device/],
    ['content/a.', /ending in ./],
    ['./', /empty/],
    [Buffer.from('content/\xff\xfe.txt', 'latin1'), /not UTF-8/],
  ];
  for (const [name, words] of names) {
    await refused(withFile({ name, content: 'x' }), 'InvalidPackageDetails', words);
  }
  await refused(withFile({ name: `content/${'a'.repeat(300)}` }), 'PathTooLong', /longer/);
});

const bad = (bytes: Buffer, words: RegExp, limits = {}) =>
  refused(bytes, 'InvalidPackageDetails', words, limits);
const entry = (more: Partial<ZipEntry>) => withFile({ name: 'content/a', content: 'x', ...more });

test('entries that are not plain files', async () => {
  await bad(entry({ mode: 0o120777, content: '/etc/passwd' }), /content\/a: is a link/);
  await bad(entry({ mode: 0o060644 }), /is a link or a device/);
  await bad(entry({ attributes: 0x400 }), /is a link/);
  await bad(entry({ flags: 0x801 }), /encrypted/);
  await bad(entry({ flags: 0x840 }), /encrypt/);
  await bad(entry({ method: 14 }), /unknown way/);
  await bad(entry({ crc: 1 }), /checksum/);
  await bad(entry({ declaredSize: 0 }), /too many bytes/);
  await bad(entry({ declaredSize: 5 }), /not enough bytes/);
  await bad(entry({ method: 0, declaredSize: 5 }), /size mismatch/);
});

const both = (...names: string[]) => zip([manifest, ...names.map((name) => ({ name }))]);

test('names that meet', async () => {
  await bad(both('content/a', 'content/a'), /twice/);
  await bad(both('content/a', 'Content/A'), /twice/);
  await bad(both('content/a', 'content/./a'), /twice/);
  await bad(both('content/\u00e9', 'content/e\u0301'), /twice/);
  await bad(both('content/a', 'content/a/b'), /inside a file/);
  await bad(both('content/a/b', 'content/A'), /twice/);
  await bad(both('content/a', 'content/a/'), /twice/);
  await readPackage(both('content/', 'content/a/', 'content/a/b', 'content/c/d', 'content/c/'));
});

test('limits: entries, size, ratio, metadata', async () => {
  const many = zip([
    manifest,
    ...Array.from({ length: 10_000 }, (_, index) => ({ name: `content/${index}` })),
  ]);
  await bad(many, /more than 10000 entries/);
  const bomb = { name: 'content/zeros', content: Buffer.alloc(11_000_000) };
  await bad(withFile(bomb), /200 times/);
  await readPackage(withFile({ ...bomb, content: Buffer.alloc(9_000_000) }));
  // Each entry is below its own threshold, but together they are far above.
  const parts = Array.from({ length: 3 }, (_, index) => ({
    name: `content/${index}`,
    content: Buffer.alloc(9e6),
  }));
  await bad(zip([manifest, ...parts]), /200 times its size/);
  await bad(withFile({ name: 'content/big', content: 'x'.repeat(2000) }), /unpacks to more/, {
    totalBytes: 2000,
  });
  // A false size is noticed during unpacking, not after it.
  await bad(withFile({ ...bomb, declaredSize: 10 }), /too many bytes/);
  await bad(zip([manifest]), /larger than 10 bytes/, { metadataBytes: 10 });
});

test('what is no zip', async () => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('PK'),
    Buffer.from('<html>'),
    zip([manifest]).subarray(1, -30),
  ]) {
    await refused(bytes, 'InvalidExtension', /not a zip/);
  }
});

const survives = async (bytes: Buffer) => {
  try {
    await readPackage(bytes);
  } catch (error) {
    assert.ok(error instanceof InvalidPackage, error instanceof Error ? error.stack : String(error));
  }
};

test('any bytes either read or are an InvalidPackage', async () => {
  const seeds = [
    zip(pythonToolEntries()),
    await writePackage({
      id: 'A',
      version: '1',
      files: [{ path: 'a.mjs', content: '1' }],
      entryPoints: [{ path: 'a.mjs' }],
    }),
    zip([
      manifest,
      { name: 'content/baton.json', content: '{"runtime":"command","command":["sh"]}', method: 0 },
    ]),
  ];
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => survives(Buffer.from(bytes))),
  );
  const change = fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) });
  const mutation = fc.tuple(
    fc.nat(2),
    fc.array(change, { minLength: 1, maxLength: 8 }),
    fc.nat(40),
    fc.nat(40),
  );
  await fc.assert(
    fc.asyncProperty(mutation, async ([seed, changes, cutFront, cutBack]) => {
      const bytes = Buffer.from(seeds[seed] ?? '');
      for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
      await survives(bytes);
      await survives(bytes.subarray(cutFront, bytes.length - cutBack));
    }),
    { numRuns: 1500 },
  );
  // The structure is in the directory at the end, which most random changes miss.
  await fc.assert(
    fc.asyncProperty(mutation, async ([seed, changes]) => {
      const bytes = Buffer.from(seeds[seed] ?? '');
      const directory = bytes.indexOf('PK\x01\x02');
      for (const { at, byte } of changes) bytes[directory + (at % (bytes.length - directory))] = byte;
      await survives(bytes);
    }),
    { numRuns: 1500 },
  );
});

test('any text in a metadata file either reads or is an InvalidPackage', async () => {
  const paths = ['operate.json', 'project.json', 'entry-points.json', 'uipath.json', 'baton.json'];
  const names = [
    'main',
    'entryPoints',
    'filePath',
    'functions',
    'runtime',
    'input',
    'command',
    'uniqueId',
    '__proto__',
  ];
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.constantFrom('main.py', 'python', 'a.py:b', null, true, 1, ''),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 4 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.dictionary(fc.constantFrom(...names), value),
      async (path, json) => {
        try {
          await readPackage(withJson(`content/${path}`, json));
        } catch (error) {
          assert.ok(error instanceof InvalidPackage, error instanceof Error ? error.stack : String(error));
        }
      },
    ),
    { numRuns: 500 },
  );
});
