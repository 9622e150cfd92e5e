import assert from 'node:assert/strict';
import test from 'node:test';
import { folderFiles } from './content-files.ts';
import { folderOf } from './folder.fixture.ts';
import { describeRuntime } from './runtime.ts';

type Files = Record<string, string>;
const older = JSON.stringify({ entryPoints: [{ filePath: 'main.py' }, { filePath: 'other.py' }] });
const functions = JSON.stringify({ functions: { one: 'a.py:f', two: 'b/c.py:g' } });

const cases: readonly (readonly [string, Files, string | undefined, string])[] = [
  ['function by name', { 'uipath.json': functions, 'b/c.py': '' }, 'two', 'python function b/c.py g'],
  ['first function', { 'uipath.json': functions, 'a.py': '' }, undefined, 'python function a.py f'],
  ['older file', { 'uipath.json': older, 'other.py': '' }, 'other.py', 'python function other.py main'],
  ['older first file', { 'uipath.json': older, 'main.py': '' }, undefined, 'python function main.py main'],
  ['graph of the tool', { 'uipath.json': '{}', 'langgraph.json': '{}' }, 'agent', 'python tool agent'],
  [
    'by runtime',
    { 'operate.json': '{"targetRuntime":"python","main":"agent"}' },
    undefined,
    'python tool agent',
  ],
  ['script', { 'operate.json': '{"main":"a.py"}', 'a.py': '' }, undefined, 'python script a.py'],
  ['node', { 'operate.json': '{"main":"a.ts"}', 'a.ts': '' }, undefined, 'node a.ts'],
  ['robot', { 'a.robot': '' }, 'a.robot', 'robot a.robot'],
  ['Studio', { 'project.json': '{"main":"Main.xaml"}' }, undefined, 'xaml Main.xaml'],
  ['coded', { 'project.json': '{}', 'A.cs': '' }, 'A.cs', 'xaml A.cs'],
  ['baton', { 'baton.json': '{"runtime":"node","main":"a"}', a: '' }, undefined, 'node a'],
  [
    'baton, another',
    { 'baton.json': '{"runtime":"python","main":"a"}', 'b.py': '' },
    'b.py:f',
    'python function b.py f',
  ],
  ['command', { 'baton.json': '{"runtime":"command","command":["x"]}' }, 'night', 'command night'],
  ['nothing known', { 'agent.json': '{}' }, 'agent.json', 'unknown agent.json'],
];

for (const [name, files, entryPoint, expected] of cases) {
  test(`runtime: ${name}`, async (t) => {
    const runtime = await describeRuntime(folderFiles(await folderOf(t, files)), entryPoint);
    const launcher = runtime.kind === 'python' ? runtime.python.launcher : undefined;
    const words = [runtime.kind, launcher, runtime.entry.path, runtime.entry.function];
    assert.equal(words.filter((word) => word !== undefined).join(' '), expected);
  });
}

test('runtime: what is missing is said', async (t) => {
  const fails = async (files: Files, entryPoint: string | undefined, words: RegExp) =>
    assert.rejects(describeRuntime(folderFiles(await folderOf(t, files)), entryPoint), words);
  await fails({ 'uipath.json': functions }, 'two', /b\/c.py: is the file of 'two', but missing/);
  await fails({ 'a.mjs': '' }, 'b.mjs', /b.mjs: is an entry point, but no file/);
  await fails({}, undefined, /names no entry point/);
});

test('runtime: a pyproject.toml that cannot be read is a problem to report, not the end', async (t) => {
  const folder = await folderOf(t, { 'a.py': '', 'pyproject.toml': '[project' });
  const runtime = await describeRuntime(folderFiles(folder), 'a.py');
  assert.ok(runtime.kind === 'python');
  assert.match(runtime.python.problem ?? '', /line 1/);
});
