import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { baton, type Env, type Live, live, type Ran } from './cli.fixture.ts';

/** The names that jobs give to files, and where each is written. */
const NAMES: readonly (readonly [name: string, written: string])[] = [
  ['report.txt', 'report.txt'],
  ['../../up.txt', 'up.txt'],
  ['/etc/root.txt', 'etc/root.txt'],
  ['..\\win\\C:x.txt', 'win/C_x.txt'],
  ['..', 'file'],
  ['REPORT.txt', '2-REPORT.txt'],
  ['report.txt/below', '2-report.txt_below'],
  ['two\nlines "ü".txt', 'two_lines _ü_.txt'],
];
const LARGE = 3_000_000;

/** What a job is given, and how the option names it. */
const GIVEN = 'a file = with, signs';

const PYTHON = `
import json, os, baton
found = baton.attachments.list()
path = baton.attachments.download('in,put')
baton.attachments.download(found[1], 'again')
given = [path, open(path).read(), baton.attachments.read(found[1]['name']).decode(), found[0]['category']]
try: baton.attachments.read('no')
except LookupError as error: none = str(error)
try: baton.attachments.download('in,put', 'no/folder')
except FileNotFoundError as error: none += str(error.errno) + str(sorted(os.listdir('.')))
with open('made.bin', 'wb') as file: file.write(b'x' * ${LARGE})
ids = [file['id'] for file in found] + [baton.attach('made.bin', category='Report')]
for name in baton.input()['names']:
    with open('one.txt', 'w') as file: file.write('of ' + name)
    ids.append(baton.attach('one.txt', name=name))
try: baton.attach('one.txt', name='x' * 300)
except baton.OrchestratorError as error: refused = error.status
try: baton.attach('missing.txt')
except FileNotFoundError as error: missing = error.filename
baton.output({'ids': ids, 'refused': refused, 'missing': missing, 'given': given, 'none': none})`;

const NODE = `
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { attach, attachments, input, output } from 'baton';
const found = await attachments.list();
const path = await attachments.download('in,put');
await attachments.download(found[1], 'again');
const text = (await attachments.read(found[1].name)).toString();
const given = [path, readFileSync(path, 'utf8'), text, found[0].category];
let { message: none } = await attachments.read('no').catch((error) => error);
none += (await attachments.download('in,put', 'no/folder').catch(({ code }) => code)) + readdirSync('.').sort();
writeFileSync('made.bin', 'x'.repeat(${LARGE}));
const ids = [...found.map(({ id }) => id), await attach('made.bin', { category: 'Report' })];
for (const name of input().names) {
  writeFileSync('one.txt', 'of ' + name);
  ids.push(await attach('one.txt', { name }));
}
const { status: refused } = await attach('one.txt', { name: 'x'.repeat(300) }).catch((error) => error);
const missing = await attach('missing.txt').catch(() => 'missing.txt');
output({ ids, refused, missing, given, none });`;

describe('files of a job, with a server and a robot', { timeout: 600_000 }, () => {
  let folder: string;
  let env: Env;
  let start: Live;
  const run = (...args: string[]): Promise<Ran> => baton(args, env);
  const lines = ({ out }: Ran): Record<string, unknown>[] =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'baton-files-'));
    env = { BATON_DATA: join(folder, 'data'), BATON_PORT: '0' };
    start = live(['start'], env);
    await start.event('ready');
    await writeFile(join(folder, GIVEN), 'the one');
    await writeFile(join(folder, 'two.txt'), 'the other');
  });
  after(async () => {
    await start.interrupt();
    await rm(folder, { recursive: true, force: true });
  });

  async function publish(name: string, runtime: string, main: string, program: string): Promise<void> {
    const path = join(folder, name);
    await mkdir(path);
    const about = { name, version: '1.0.0', runtime, main, description: name, authors: 'tests' };
    await writeFile(join(path, 'baton.json'), JSON.stringify(about));
    await writeFile(join(path, main), program);
    const { code, err } = await run('publish', path, '--process', name);
    assert.equal(code, 0, err);
  }

  for (const [runtime, main, program] of [
    ['python', 'main.py', PYTHON],
    ['node', 'main.mjs', NODE],
  ] as const)
    test(`${runtime}: what it attaches is listed and fetched, below the folder and never over a file`, async () => {
      const name = `Files-${runtime}`;
      await publish(name, runtime, main, program);
      const input = JSON.stringify({ names: NAMES.map(([given]) => given) });
      const more = ['--attach', `in,put=${join(folder, GIVEN)}`, '--attach', join(folder, 'two.txt')];
      const ran = await run('job', 'start', name, '--wait', '--json', '--input', input, ...more);
      assert.equal(ran.code, 0, ran.out + ran.err);
      assert.deepEqual(
        lines(ran).filter(({ level }) => level === 'Error'),
        [],
      );
      const result = ran.json['output'] as { ids: string[] } & Record<string, unknown>;
      const { ids, refused, missing, given, none } = result;
      assert.deepEqual([refused, missing], [400, 'missing.txt']);
      assert.deepEqual(given, ['in,put', 'the one', 'the other', 'Input']);
      assert.match(String(none), /^This job has no file no; it has in,put, two\.txt(ENOENT|2)/);
      assert.doesNotMatch(String(none), /\.part/);

      const job = String(ran.json['id']);
      const listed = lines(await run('job', 'files', job, '--json'));
      assert.deepEqual(listed.map(({ id }) => id).sort(), [...ids].sort());
      const large = listed.find((file) => file['name'] === 'made.bin');
      assert.deepEqual([large?.['category'], large?.['size']], ['Report', LARGE]);
      const told = await run('job', 'files', String(ran.json['key']));
      assert.match(told.out, /^Report {2}3\.0 MB {2}made\.bin$/m);
      assert.equal(told.out.trim().split('\n').length, ids.length, told.out);

      const out = join(folder, name, 'deep', 'out');
      const fetched = await run('job', 'files', job, '--download', out);
      assert.equal(fetched.code, 0, fetched.err);
      assert.ok(fetched.out.includes(`made.bin -> ${join(out, 'made.bin')}\n`), fetched.out);
      const below = (await readdir(out, { recursive: true, withFileTypes: true })).filter((one) =>
        one.isFile(),
      );
      assert.deepEqual(
        below.map((one) => join(one.parentPath, one.name).slice(out.length + 1)).sort(),
        ['in,put', 'two.txt', 'made.bin', ...NAMES.map(([, written]) => written)].sort(),
      );
      for (const [given, written] of NAMES)
        assert.equal(await readFile(join(out, written), 'utf8'), `of ${given}`);
      assert.equal(await readFile(join(out, 'made.bin'), 'utf8'), 'x'.repeat(LARGE));
      assert.deepEqual((await readdir(join(folder, name))).sort(), ['baton.json', 'deep', main].sort());

      await rm(join(out, 'made.bin'));
      await writeFile(join(out, 'report.txt'), 'mine');
      const again = await run('job', 'files', job, '--download', out);
      assert.equal(again.code, 1);
      assert.match(
        again.err,
        /\S+ exists already: move it, or name another folder\. Nothing was downloaded\./,
      );
      assert.equal(await readFile(join(out, 'report.txt'), 'utf8'), 'mine');
      assert.ok(!(await readdir(out)).includes('made.bin'));
    });

  test('a job without files says so; one that is not there is an error', async () => {
    await publish('Plain', 'node', 'main.mjs', '');
    const { json } = await run('job', 'start', 'Plain', '--wait', '--json');
    const none = await run('job', 'files', String(json['id']));
    assert.deepEqual([none.code, none.out], [0, 'The job has no files.\n'], none.err);
    const unknown = await run('job', 'files', '4711', '--download', join(folder, 'never'));
    assert.equal(unknown.code, 1);
    assert.match(unknown.err, /The server refused \(404\): Job does not exist/);
    const wrong = await run('job', 'files', 'what');
    assert.equal(wrong.code, 2);
    assert.match(wrong.err, /'what' is neither the key nor the id of a job/);
    assert.ok(!(await readdir(folder)).includes('never'));
  });
});
