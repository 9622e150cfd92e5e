import assert from 'node:assert/strict';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { baton, type Env, type Live, live, type Ran } from '../apps/cli/src/cli.fixture.ts';
import { type Indexes, openIndexes, settingsFor } from '../apps/robot/src/environments/indexes.fixture.ts';
import { executablePath, skip } from '../apps/server/src/chromium.fixture.ts';

/**
 * Packages as a newcomer writes them, from the folder to the result, by the commands that README.md has. All
 * that they want installed comes from indexes on this machine.
 */
describe('packages that want something installed', { concurrency: 2 }, () => {
  let folder: string;
  let indexes: Indexes;
  let env: Env;
  let start: Live;
  let playwright: string;
  const stops: (() => unknown)[] = [];

  before(async () => {
    indexes = await openIndexes({ after: (stop) => stops.push(stop) });
    indexes.addWheel('acme-tax', '1.4.0', {
      requires: ['acme-money>=2'],
      files: { 'acme_tax.py': 'import acme_money\ndef gross(net): return acme_money.euro(net * 1.19)\n' },
    });
    indexes.addWheel('acme-money', '2.0', {
      files: { 'acme_money.py': "def euro(x): return f'{x:.2f} EUR'\n" },
    });
    indexes.addWheel('robotframework', '7.3', {
      files: {
        'robot/__init__.py': '',
        'robot/__main__.py': 'import sys, acme_library\nprint(acme_library.greet(sys.argv[-1]))\n',
      },
    });
    indexes.addWheel('acme-library', '0.9', {
      files: { 'acme_library.py': "def greet(name): return 'the library has met ' + name\n" },
    });
    const main = "exports.slug = (text) => text.toLowerCase().replaceAll(' ', '-');";
    indexes.addNpm('acme-slug', '3.0.1', { 'index.js': main }, { main: 'index.js' });
    playwright = addPlaywright(indexes);
    folder = await mkdtemp(join(tmpdir(), 'baton-wanted-'));
    env = { ...(settingsFor(indexes) as Env), BATON_DATA: join(folder, 'data'), BATON_PORT: '0' };
    start = live(['start'], env);
    await start.event('ready');
  });
  after(async () => {
    await start.interrupt();
    for (const stop of stops) stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Publishes a project and runs it. Answers what the command says of the job, and what it noted before. */
  async function publishAndRun(
    name: string,
    files: Readonly<Record<string, string>>,
    input = '{}',
  ): Promise<{ ran: Ran; notes: string }> {
    const project = join(folder, name);
    mkdirSync(project);
    for (const [path, text] of Object.entries(files)) writeFileSync(join(project, path), text);
    const published = await baton(['publish', project, '--process', name], env);
    assert.equal(published.code, 0, published.err);
    const ran = await baton(['job', 'start', name, '--wait', '--json', '--input', input], env);
    assert.equal(ran.code, 0, `${ran.out}\n${ran.err}`);
    return { ran, notes: published.err };
  }

  const about = (name: string, runtime: string, more: object = {}) =>
    JSON.stringify({ name, version: '1.0.0', runtime, ...more });

  test('Python with two dependencies', async () => {
    const { ran, notes } = await publishAndRun('Taxes', {
      'baton.json': about('Taxes', 'python', { main: 'main.py:run' }),
      'main.py': 'import acme_tax\ndef run(): return {"gross": acme_tax.gross(100)}\n',
      'requirements.txt': 'acme-tax==1.4.0\nacme-money\n',
    });
    assert.match(ran.out, /"gross":"119\.00 EUR"/);
    assert.match(ran.out, /Builds the environment [0-9a-f]{32}: requirements\.txt/);
    assert.match(notes, /Note: requirements\.txt has no exact version of acme-money/);
  });

  test('Node with one dependency, and no lock file yet', async () => {
    const { ran, notes } = await publishAndRun('Slugs', {
      'baton.json': about('Slugs', 'node', { main: 'main.mjs' }),
      'main.mjs':
        "import { slug } from 'acme-slug';\nexport default () => ({ slug: slug('Hello There') });\n",
      'package.json': '{"name":"slugs","version":"1.0.0","dependencies":{"acme-slug":"^3.0.0"}}',
    });
    assert.match(ran.out, /"slug":"hello-there"/);
    assert.match(notes, /Note: package-lock\.json was missing; npm wrote it/);
  });

  test('Robot Framework with a library', async () => {
    const { ran } = await publishAndRun('Greetings', {
      'baton.json': about('Greetings', 'robot', { main: 'tasks.robot' }),
      'tasks.robot': '*** Tasks ***\nGreet\n    Log    hello\n',
      'requirements.txt': 'robotframework==7.3\nacme-library==0.9\n',
    });
    assert.match(ran.out, /the library has met tasks\.robot/);
  });

  test('a shell script that calls what is installed for it', async () => {
    const { ran } = await publishAndRun('Shell', {
      'baton.json': about('Shell', 'command', { command: ['sh', 'run.sh'] }),
      'run.sh':
        'python -c "import acme_money; print(acme_money.euro(3))"\nnode -p "require(\'acme-slug\').slug(\'A B\')"\n',
      'requirements.txt': 'acme-money==2.0\n',
      'package.json': '{"name":"shell","version":"1.0.0","dependencies":{"acme-slug":"3.0.1"}}',
    });
    assert.match(ran.out, /3\.00 EUR/);
    assert.match(ran.out, /a-b/);
  });

  test('a browser automation, with a picture of the page where it failed', { skip }, async () => {
    const project = {
      'baton.json': about('Prices', 'node', { main: 'main.mjs', evidence: ['*.png'] }),
      'package.json': `{"name":"prices","version":"1.0.0","dependencies":{"playwright-core":"${playwright}"}}`,
      'main.mjs': `
import { chromium } from 'playwright-core';
export default async ({ browser: executablePath, page: url }) => {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  const page = await browser.newPage();
  try {
    await page.goto(url);
    return { price: await page.locator('#price').textContent({ timeout: 2000 }) };
  } catch (error) {
    await page.screenshot({ path: 'failed.png' });
    throw error;
  } finally {
    await browser.close();
  }
};
`,
    };
    const input = (html: string) =>
      JSON.stringify({ browser: executablePath, page: `data:text/html,${encodeURIComponent(html)}` });
    const { ran } = await publishAndRun('Prices', project, input('<b id="price">7 EUR</b>'));
    assert.match(ran.out, /"price":"7 EUR"/);

    const soldOut = input('<h1>Sold out</h1>');
    const failed = await baton(['job', 'start', 'Prices', '--wait', '--json', '--input', soldOut], env);
    assert.equal(failed.code, 1, failed.out);
    assert.match(String(failed.json['info']), /locator\.textContent: Timeout 2000ms exceeded/);
    const out = join(folder, 'evidence');
    const files = await baton(['job', 'files', String(failed.json['id']), '--download', out, '--json'], env);
    assert.deepEqual([files.json['name'], files.json['category']], ['failed.png', 'Evidence'], files.err);
    const picture = await readFile(join(out, 'failed.png'));
    assert.equal(picture.subarray(1, 4).toString(), 'PNG');
  });

  test('a function of the official Python tool, by its pyproject.toml', async () => {
    const { ran } = await publishAndRun('Function', {
      'uipath.json': '{"functions":{"main":"main.py:main"}}',
      'pyproject.toml':
        '[project]\nname = "Function"\nversion = "1.0.0"\nrequires-python = ">=3.9"\ndependencies = ["acme-money>=2"]\n',
      'main.py': 'import acme_money\ndef main(): return {"said": acme_money.euro(2)}\n',
    });
    assert.match(ran.out, /"said":"2\.00 EUR"/);
  });
});

/** What drives a browser, from this workspace, without its viewers. Answers the version. */
function addPlaywright(indexes: Indexes): string {
  const root = join(import.meta.dirname, '..', 'node_modules', 'playwright-core');
  const { version, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
    exports: object;
  };
  const paths = globSync(['*.{js,mjs,json}', 'lib/**/*.{js,json}'], {
    cwd: root,
    exclude: ['lib/vite/**', 'package.json'],
  });
  const files = paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')]);
  indexes.addNpm('playwright-core', version, Object.fromEntries(files) as Record<string, string>, {
    exports,
  });
  return version;
}
