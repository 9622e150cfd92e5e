import assert from 'node:assert/strict';
import test from 'node:test';
import { folderFiles } from './content-files.ts';
import { folderOf } from './folder.fixture.ts';
import { readNodeRequirements } from './node-requirements.ts';
import { readPythonRequirements } from './python-requirements.ts';
import { meetsRequirement } from './python-version.ts';
import { capabilityFor, describeRuntime } from './runtime.ts';

test('requires-python: the operators of Python, and null for what is not understood', () => {
  const cases: readonly (readonly [string, string, boolean | null])[] = [
    ['3.11.7', '>=3.9', true],
    ['3.11.7', '>=3.12', false],
    ['3.9.0', '>=3.9,<4', true],
    ['4.0.0', '>=3.9,<4', false],
    ['3.11.7', '==3.11.*', true],
    ['3.11.7', '!=3.11.*', false],
    ['3.11.7', '~=3.10', true],
    ['4.0', '~=3.10', false],
    ['3.10.2', '~=3.11', false],
    ['3.11.0', '==3.11', true],
    ['3.13.0rc1', '>3.12', true],
    ['3.11.7', '<=3.11', false],
    ['3.11.7', '', true],
    ['3.11.7', '^3.9', null],
  ];
  for (const [version, wanted, expected] of cases)
    assert.equal(meetsRequirement(version, wanted), expected, `${version} ${wanted}`);
});

const python = async (t: Parameters<typeof folderOf>[0], files: Record<string, string>) =>
  readPythonRequirements(folderFiles(await folderOf(t, files)));

test('requirements.txt: what it names, with the files that it names', async (t) => {
  const found = await python(t, {
    'requirements.txt':
      '--index-url https://index.example/simple\n-r more/base.txt # ours\nAcme_Tools[x]>=1.0 ; python_version > "3"\n',
    'more/base.txt':
      'pinned==1.2.3 \\\n  --hash=sha256:00\nhere @ https://files.example/here-1.0.whl\n-c ../limits.txt\n',
    'limits.txt': 'deep<3\n',
  });
  assert.deepEqual(found?.files, ['limits.txt', 'more/base.txt', 'requirements.txt']);
  assert.deepEqual([...found.names].sort(), ['acme-tools', 'deep', 'here', 'pinned']);
  assert.deepEqual([found.unpinned.toSorted(), found.refersToFiles], [['acme-tools', 'deep'], false]);
  for (const line of [
    '-e .',
    './lib',
    'wheels/a-1.0-py3-none-any.whl',
    'own @ file:lib',
    '--find-links wheels',
  ])
    assert.equal((await python(t, { 'requirements.txt': line }))?.refersToFiles, true, line);
  await assert.rejects(
    python(t, { 'requirements.txt': '-r none.txt' }),
    /none\.txt: is named in requirements\.txt/,
  );
  assert.equal(await python(t, { 'requirements.txt': '# nothing\n' }), null);
});

test('uv.lock: the versions as constraints, and what only uv can get', async (t) => {
  const found = await python(t, {
    'pyproject.toml': '[project]\nname = "own"\nversion = "1"\ndependencies = ["acme", "ours"]\n',
    'uv.lock': `version = 1
[[package]]
name = "own"
version = "1"
source = { virtual = "." }
[[package]]
name = "acme"
version = "1.2.0"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "forked"
version = "2.0"
source = { registry = "https://pypi.org/simple" }
resolution-markers = ["python_full_version < '3.12'"]
[[package]]
name = "ours"
version = "0.1"
source = { git = "https://git.example/ours#0123" }
`,
  });
  assert.deepEqual(found?.constraints, ['acme==1.2.0', "forked==2.0 ; python_full_version < '3.12'"]);
  assert.deepEqual([found.lines, found.elsewhere], [['acme', 'ours'], ['ours']]);
  assert.deepEqual([[...found.names], found.refersToFiles], [['acme', 'forked', 'ours'], false]);
});

test('package.json: without scripts of its own; whose scripts would run', async (t) => {
  const read = async (files: Record<string, string>) =>
    readNodeRequirements(folderFiles(await folderOf(t, files)));
  const project = { name: 'own', scripts: { postinstall: 'boom' }, dependencies: { a: '^1.0.0' } };
  const packages = {
    '': {},
    'node_modules/a': { version: '1.0.0', hasInstallScript: true },
    'node_modules/a/node_modules/@b/c': { version: '1.0.0', hasInstallScript: true },
    'node_modules/d': { version: '1.0.0', hasInstallScript: true, dev: true },
  };
  const found = await read({
    'package.json': JSON.stringify(project),
    'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages }),
  });
  assert.deepEqual(JSON.parse(found?.manifest ?? ''), { name: 'own', dependencies: { a: '^1.0.0' } });
  assert.deepEqual([found?.withScripts, found?.refersToFiles], [['a', '@b/c'], false]);
  assert.equal((await read({ 'package.json': '{"dependencies":{"a":"file:lib"}}' }))?.refersToFiles, true);
  assert.equal(await read({ 'package.json': '{"devDependencies":{"a":"1"}}' }), null);
});

test('a package that brings Robot Framework runs where Python is', async (t) => {
  const needs = async (files: Record<string, string>) =>
    capabilityFor(
      await describeRuntime(folderFiles(await folderOf(t, { 'a.robot': '', ...files })), 'a.robot'),
    );
  assert.equal(await needs({}), 'robot');
  assert.equal(await needs({ 'requirements.txt': 'requests\n' }), 'robot');
  assert.equal(await needs({ 'requirements.txt': 'requests\nRobotFramework>=7\n' }), 'python');
  assert.equal(await needs({ 'requirements.txt': 'robotframework-browser==19\n' }), 'python');
  assert.equal(await needs({ 'uv.lock': '[[package]]\nname = "robotframework"\n' }), 'python');
  assert.equal(
    await needs({ 'pyproject.toml': '[project]\nname="a"\nversion="1"\ndependencies=["robotframework"]' }),
    'python',
  );
});
