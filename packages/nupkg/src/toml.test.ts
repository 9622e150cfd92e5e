import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { InvalidPackage } from './invalid-package.ts';
import { parsePythonProject, parsePythonTarget } from './python-project.ts';
import { parseToml } from './toml.ts';

test('the project table of a pyproject.toml', () => {
  const toml = `
# made by hand
[build-system]
requires = ["hatchling"]

[project]
name = "invoice-agent" # the id
version = '0.2.1'
description = """Books
invoices \\
   daily"""
requires-python = ">=3.11,<3.14"
authors = [
  { name = "Ada L.", email = "ada@example.org" },
  { email = "b@example.org" },   # trailing comma and comment
]
dependencies = ["uipath>=2.1, <3", 'httpx[http2]; python_version > "3.10"',
]
urls.Homepage = "https://example.org/#a"

[tool.x]
at = 2024-05-01 10:00:00Z
text = '''
[project]
name = "no"
'''
[[tool.list]]
a = 1
[[tool.list]]
a = 1_000
"quoted key" = { deep.er = [1, [2.5, true]] }
`;
  const project = parsePythonProject(toml.replaceAll('\n', '\r\n'));
  assert.deepEqual(project, {
    name: 'invoice-agent',
    version: '0.2.1',
    description: 'Books\ninvoices daily',
    authors: 'Ada L., b@example.org',
    requiresPython: '>=3.11,<3.14',
    dependencies: ['uipath>=2.1, <3', 'httpx[http2]; python_version > "3.10"'],
  });
  const { tool } = JSON.parse(JSON.stringify(parseToml(toml, 'x')));
  assert.deepEqual(tool.list, [{ a: 1 }, { a: 1000, 'quoted key': { deep: { er: [1, [2.5, true]] } } }]);
  assert.equal(tool.x.text, '[project]\nname = "no"\n');
});

test('what it does not understand is told with the line', () => {
  for (const toml of [
    'a = 1\nb',
    'a = "x',
    'a = """x',
    'a = [1 2]',
    'a = 1 2',
    '[a',
    'a = 1\na = 2',
    'a = 1\n[a]',
    'a = "\\q"',
    'a =',
    '= 1',
    '[a]\n[a]',
  ]) {
    const line = toml.split('\n').length;
    assert.throws(
      () => parseToml(toml, 'p'),
      (error) =>
        error instanceof InvalidPackage && new RegExp(`^p line ${line}: [^\n]+$`).test(error.message),
      toml,
    );
  }
  assert.throws(() => parseToml(`a = ${'['.repeat(10_000)}`, 'p'), InvalidPackage);
  assert.deepEqual(Object.keys(parseToml('__proto__.x = 1\n', 'p')), ['__proto__']);
});

test('any text is read or told off, quickly', () => {
  const piece = fc.constantFrom(
    '[',
    ']',
    '[[',
    '"',
    '"""',
    "'",
    '\n',
    '=',
    'a',
    '.',
    ',',
    '{',
    '}',
    '#',
    '\\',
    ' ',
    '1',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        parseToml(pieces.join(''), 'p');
      } catch (error) {
        assert.ok(error instanceof InvalidPackage, String(error));
      }
    }),
    { numRuns: 3000 },
  );
});

test('targets of functions', () => {
  assert.deepEqual(parsePythonTarget('./src\\main.py:run'), { path: 'src/main.py', function: 'run' });
  assert.deepEqual(parsePythonTarget('main.py'), { path: 'main.py' });
  for (const target of ['main', 'main.py:', 'C:\\main.py', 'main.py:a b', 'main.js']) {
    assert.equal(parsePythonTarget(target), null);
  }
});
