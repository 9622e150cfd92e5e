import assert from 'node:assert/strict';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { openArchive, readAll } from './archive.ts';
import { folderOf } from './folder.fixture.ts';
import { InvalidPackage } from './invalid-package.ts';
import { packFolder } from './pack.ts';
import { pathPattern } from './project-folder.ts';
import { readPackage } from './read.ts';

const pyproject =
  '[project]\nname = "greeter"\nversion = "0.3"\ndescription = "Greets"\nauthors = [{name = "Ada"}]\n';
const contentOf = async (bytes: Buffer) =>
  (await openArchive(bytes)).files.flatMap(({ path }) =>
    path.startsWith('content/') ? [path.slice(8)] : [],
  );
const GENERATED = ['bindings_v2.json', 'entry-points.json', 'operate.json', 'package-descriptor.json'];

test('a project of the official Python tool', async (t) => {
  const folder = await folderOf(t, {
    'uipath.json': JSON.stringify({
      functions: { main: 'main.py:run' },
      id: '5b1f3c52-6c1c-4e2c-8b44-08a1f3d0e9aa',
      packOptions: { directoriesExcluded: ['tests'] },
    }),
    'pyproject.toml': pyproject,
    'main.py': 'def run(input): ...',
    'tests/test_main.py': '',
    'bindings.json': '{"version":"2.0","resources":[{"resource":"queue"}]}',
    '.venv/bin/python': '',
    'myenv/pyvenv.cfg': '',
    'myenv/lib/x.py': '',
    '__pycache__/main.pyc': '',
    'sub/.env': 'SECRET=1',
    '.uipath/old.nupkg': '',
  });
  const packed = await packFolder(folder);
  assert.deepEqual([packed.id, packed.version, packed.fileName], ['greeter', '0.3.0', 'greeter.0.3.0.nupkg']);
  assert.deepEqual(packed.warnings, []);
  assert.deepEqual(
    (await contentOf(packed.bytes)).sort(),
    [...GENERATED, 'bindings.json', 'main.py', 'pyproject.toml', 'uipath.json'].sort(),
  );
  const contents = await readPackage(packed.bytes);
  assert.equal(contents.mainEntryPointPath, 'main');
  assert.equal(contents.entryPoints[0]?.type, 'function');
  assert.deepEqual(contents.runtime?.entry, { path: 'main.py', function: 'run' });
  assert.deepEqual(contents.bindings, [{ resource: 'queue' }]);
  assert.ok(packed.bytes.equals((await packFolder(folder)).bytes));
});

test('entry-points.json of the project is kept where it is complete', async (t) => {
  const point = { filePath: 'main', type: 'agent', input: {}, output: {}, graph: { nodes: [] } };
  const uniqueId = 'd3fdfadf-469d-408a-89bb-9f3202467632';
  for (const [given, kept] of [
    [{ ...point, uniqueId }, true],
    [point, false],
  ] as const) {
    const folder = await folderOf(t, {
      'uipath.json': '{}',
      'pyproject.toml': pyproject,
      'entry-points.json': JSON.stringify({ entryPoints: [given] }),
    });
    const { bytes } = await packFolder(folder);
    const file = (await openArchive(bytes)).find('content/entry-points.json') ?? assert.fail();
    assert.equal((await readAll(file, 1e6)).includes('graph'), kept);
    const { runtime, entryPoints } = await readPackage(bytes);
    assert.equal(entryPoints[0]?.uniqueId === uniqueId, kept);
    assert.ok(runtime?.kind === 'python' && runtime.python.launcher === 'tool');
  }
});

test('baton.json: every runtime', async (t) => {
  const packed = async (baton: object, files: Record<string, string>) => {
    const folder = await folderOf(t, { ...files, 'baton.json': JSON.stringify(baton) });
    return readPackage((await packFolder(folder, { id: 'Sample', version: '2.0.0-rc.1' })).bytes);
  };
  const input = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
  const node = await packed(
    {
      runtime: 'node',
      main: 'b.mjs',
      entryPoints: [{ path: 'a.mjs', input }],
      requiresUserInteraction: true,
    },
    { 'a.mjs': '', 'b.mjs': '' },
  );
  assert.deepEqual(node.runtime, { kind: 'node', entry: { path: 'b.mjs' } });
  assert.equal(node.requiresUserInteraction, true);
  assert.equal(node.isPrerelease, true);
  assert.deepEqual(
    node.entryPoints.map(({ path }) => path),
    ['b.mjs', 'a.mjs'],
  );
  assert.deepEqual(node.entryPoints[1]?.input, input);

  const script = await packed({ runtime: 'python', main: 'a.py' }, { 'a.py': '', 'requirements.txt': 'x' });
  assert.ok(script.runtime?.kind === 'python' && script.runtime.python.launcher === 'script');
  assert.equal(script.runtime.python.hasRequirements, true);
  const called = await packed({ runtime: 'python', main: 'a.py:go' }, { 'a.py': '' });
  assert.deepEqual(called.runtime?.entry, { path: 'a.py', function: 'go' });
  const robot = await packed({ runtime: 'robot', main: 'tasks.robot' }, { 'tasks.robot': '' });
  assert.equal(robot.runtime?.kind, 'robot');
  const command = await packed({ runtime: 'command', command: ['sh', 'run.sh'] }, { 'run.sh': '' });
  assert.deepEqual(command.runtime, { kind: 'command', entry: { path: 'main' }, command: ['sh', 'run.sh'] });
});

test('package.json, include and exclude, links', async (t) => {
  const folder = await folderOf(t, {
    'package.json': JSON.stringify({
      name: '@acme/books',
      version: '1.0.0',
      main: './i.mjs',
      author: 'A <a@b.c>',
    }),
    'i.mjs': '',
    'node_modules/x/index.js': '',
    'node_modules/x/.env': '',
    '.env.example': '',
    'docs/a.md': '',
    'docs/b.txt': '',
  });
  await symlink('/etc/hosts', join(folder, 'hosts'));
  const packed = await packFolder(folder, { include: ['node_modules', '.env.example'], exclude: ['*.md'] });
  assert.equal(packed.id, 'acme.books');
  assert.match(packed.warnings.join(), /hosts is left out.*no description/);
  assert.deepEqual(
    (await contentOf(packed.bytes)).filter((path) => !GENERATED.includes(path)),
    ['.env.example', 'docs/b.txt', 'i.mjs', 'node_modules/x/.env', 'node_modules/x/index.js', 'package.json'],
  );
  assert.equal((await readPackage(packed.bytes)).authors, 'A');
});

/** Patterns of files that a job leaves, and what is wrong with them. */
const WRONG_PATTERNS: Readonly<Record<string, string>> = {
  '"*.png"': 'has to be an array',
  '[1]': 'has to be an array',
  '["a.png"," "]': 'has an empty pattern',
  '["/etc/*"]': "'/etc/\\*' is not a pattern of files in the folder of the job",
  '["out/../../*"]': '.* is not a pattern',
  '["C:/x"]': '.* is not a pattern',
  '["\\\\\\\\host"]': '.* is not a pattern',
  [JSON.stringify(Array.from({ length: 101 }, (_, i) => `${i}.png`))]: 'has more than 100 patterns',
};

test('what a project lacks is said', async (t) => {
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{}, /none of baton.json/],
    [{ 'uipath.json': '{}' }, /no pyproject.toml/],
    [{ 'package.json': '{}' }, /no "main"/],
    [{ 'project.json': '{}' }, /UiPath Studio/],
    [{ 'uipath.json': '{}', 'pyproject.toml': pyproject }, /no entry point/],
    [{ 'uipath.json': '{}', 'pyproject.toml': '[project]\nname = "a"' }, /version: is missing/],
    [{ 'uipath.json': '{}', 'pyproject.toml': 'oops' }, /pyproject.toml line 1/],
    [{ 'baton.json': '{"runtime":"node","main":"a.mjs"}' }, /name: is missing/],
    [{ 'baton.json': '{"runtime":"node","mian":"a.mjs"}' }, /mian: is not a known/],
    [{ 'baton.json': '{"runtime":"command"}' }, /command: is missing/],
    [{ 'baton.json': '{"runtime":"node"}' }, /main: is missing/],
    ...Object.entries(WRONG_PATTERNS).flatMap(([given, words]) =>
      ['artifacts', 'evidence'].map((name): [Record<string, string>, RegExp] => [
        { 'baton.json': `{"runtime":"node","main":"a.mjs","${name}":${given}}` },
        new RegExp(`baton\\.json: ${name}: ${words}`),
      ]),
    ),
    [
      { 'baton.json': '{"name":"A","version":"1","runtime":"node","main":"a.mjs"}' },
      /a.mjs: is an entry point, but/,
    ],
  ];
  for (const [files, words] of cases) {
    await assert.rejects(packFolder(await folderOf(t, files)), (error) => {
      assert.ok(error instanceof InvalidPackage, String(error));
      assert.match(error.message, words);
      return true;
    });
  }
});

test('patterns', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['*.md', 'a/b.md', true],
    ['*.md', 'b.md.txt', false],
    ['docs', 'a/docs/b', true],
    ['docs/', 'docs/b', true],
    ['/docs', 'a/docs/b', false],
    ['a/*.txt', 'a/b.txt', true],
    ['a/*.txt', 'a/b/c.txt', false],
    ['a/**/c', 'a/b/b/c', true],
    ['a/**/c', 'a/c', true],
    ['a.c', 'abc', false],
    ['a?c', 'abc', true],
  ];
  for (const [pattern, path, fits] of cases)
    assert.equal(pathPattern(pattern).test(path), fits, `${pattern} ${path}`);
});

test('labels that hosts must have are read from baton.json', async (t) => {
  const project = (requires: unknown) =>
    folderOf(t, {
      'baton.json': JSON.stringify({
        name: 'R',
        version: '1.0.0',
        runtime: 'python',
        main: 'm.py',
        requires,
      }),
      'm.py': '',
    });
  const { bytes } = await packFolder(await project(['SAP', 'gpu', 'sap']));
  assert.deepEqual((await readPackage(bytes)).requires, ['gpu', 'sap']);
  for (const wrong of [['no label'], 'gpu', [1], Array.from({ length: 33 }, (_, i) => `l${i}`)])
    await assert.rejects(packFolder(await project(wrong)), /baton\.json: requires/);
});
