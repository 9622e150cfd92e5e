import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { describe, type TestContext } from 'node:test';
import { openArchive } from '@baton/nupkg/archive';
import { type Indexes, openIndexes, settingsFor } from '../../robot/src/environments/indexes.fixture.ts';
import { baton, type Env } from './cli.fixture.ts';

function projectFolder(context: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-pack-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const envFor = (indexes: Indexes, more: Env = {}): Env => ({ ...(settingsFor(indexes) as Env), ...more });

async function pathsOf(file: string): Promise<string[]> {
  const archive = await openArchive(file);
  archive.close();
  return archive.files.map(({ path }) => path);
}

const baton_json = (runtime: string, main: string) =>
  JSON.stringify({ name: 'Sample', version: '1.0.0', runtime, main, authors: 'a', description: 'd' });

describe('baton pack and what a project wants installed', { concurrency: 2 }, () => {
  test('npm writes the lock file that is missing; --vendor carries node_modules', async (context) => {
    const indexes = await openIndexes(context);
    indexes.addNpm('greeter', '2.1.0', { 'index.js': 'exports.a = 1;' }, { main: 'index.js' });
    const folder = projectFolder(context, {
      'main.mjs': "import 'greeter';",
      'package.json':
        '{"name":"sample","version":"1.0.0","main":"main.mjs","dependencies":{"greeter":"^2.0.0"}}',
    });
    const file = join(folder, 'out.nupkg');
    const env = envFor(indexes);
    const unlocked = await baton(['pack', folder, '--no-lock', '--output', file], env);
    assert.equal(unlocked.code, 0, unlocked.err);
    assert.equal(existsSync(join(folder, 'package-lock.json')), false);
    const packed = await baton(['pack', folder, '--output', file], env);
    assert.equal(packed.code, 0, packed.err);
    assert.match(packed.err, /Note: package-lock.json was missing; npm wrote it\./);
    assert.match(readFileSync(join(folder, 'package-lock.json'), 'utf8'), /"version": "2\.1\.0"/);
    assert.equal(existsSync(join(folder, 'node_modules')), false);
    assert.ok((await pathsOf(file)).includes('content/package-lock.json'));

    const vendored = await baton(['pack', folder, '--vendor', '--output', file], env);
    assert.equal(vendored.code, 0, vendored.err);
    assert.ok((await pathsOf(file)).includes('content/node_modules/greeter/index.js'));
    const few = await baton(['pack', folder, '--vendor', '--max-entries', '12', '--output', file], env);
    assert.equal(few.code, 1);
    assert.match(few.err, /project: has \d+ files, and a package may have 2; \d+ are in/);
  });

  test('versions that nobody wrote down are told; --vendor carries wheels', async (context) => {
    const indexes = await openIndexes(context);
    indexes.addWheel('acme', '1.2.0', { requires: ['tool'] });
    indexes.addWheel('tool', '3.0');
    const folder = projectFolder(context, {
      'main.py': 'import acme',
      'baton.json': baton_json('python', 'main.py'),
      'requirements.txt': 'acme>=1\ntool==3.0\n',
    });
    const file = join(folder, 'out.nupkg');
    const packed = await baton(['pack', folder, '--vendor', '--output', file], envFor(indexes));
    assert.equal(packed.code, 0, packed.err);
    assert.match(
      packed.err,
      /Note: requirements.txt has no exact version of acme; each host takes the newest/,
    );
    const paths = await pathsOf(file);
    assert.ok(paths.includes('content/wheels/acme-1.2.0-py3-none-any.whl'), paths.join('\n'));
    assert.ok(paths.includes('content/wheels/tool-3.0-py3-none-any.whl'), paths.join('\n'));
  });

  test('without uv the dependencies of pyproject.toml stay unlocked, and an environment that nobody lists is told', async (context) => {
    const indexes = await openIndexes(context);
    const env = envFor(indexes, { BATON_UV: '/nowhere/uv' });
    const listed = projectFolder(context, {
      'main.py': '',
      'baton.json': baton_json('python', 'main.py'),
      'pyproject.toml': '[project]\nname = "s"\nversion = "1"\ndependencies = ["acme"]\n',
    });
    const first = await baton(['pack', listed, '--output', join(listed, 'out.nupkg')], env);
    assert.equal(first.code, 0, first.err);
    assert.match(first.err, /Note: there is no uv.lock for .* uv is not on this machine to write one\./);
    const unlisted = projectFolder(context, {
      'main.py': '',
      'baton.json': baton_json('python', 'main.py'),
      '.venv/pyvenv.cfg': '',
    });
    const second = await baton(['pack', unlisted, '--output', join(unlisted, 'out.nupkg')], env);
    assert.match(second.err, /Note: \.venv is left out, and nothing says what hosts are to install/);
  });
});
