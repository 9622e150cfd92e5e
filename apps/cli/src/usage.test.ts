import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { commands } from './commands.ts';
import { run } from './run.ts';

interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, without a server. */
async function say(args: readonly string[], cwd = '/', env = {}, input = ''): Promise<Said> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const surroundings = {
    env: { BATON_CONFIG: '/nonexistent', BATON_DATA: '/nonexistent', ...env },
    cwd,
    stdin: Readable.from([input]),
    stdout,
    stderr,
  };
  const code = await run(args, surroundings);
  const [out, err] = [stdout, stderr].map((stream) => String(stream.read() ?? ''));
  return { code, out: out!, err: err! };
}

const words = commands.map(({ name }) => name.split(' '));
const groups = [...new Set(words.filter(({ length }) => length > 1).map(([first]) => [first!]))];
for (const name of [[], ...words, ...groups]) {
  for (const args of [
    [...name, '-h'],
    [...name, '--help'],
    ['help', ...name],
  ]) {
    test(`'baton ${args.join(' ')}' is help`, async () => {
      const { code, out, err } = await say(args);
      assert.deepEqual([code, err], [0, '']);
      assert.match(out, /^Options$/m);
      const own = commands.find((each) => each.name === name.join(' '));
      if (own) assert.ok(out.includes(`Usage  baton ${own.name} `), 'of this command, not of its group');
    });
  }
}

async function folderWithFile(t: TestContext): Promise<{ folder: string; file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-usage-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'file');
  await writeFile(file, '');
  return { folder, file };
}

const SERVER = { BATON_URL: 'http://127.0.0.1:2', BATON_TOKEN: 'rt_x' };

/** FILE stands for a file, and FOLDER for the folder that holds it. */
const BLAMED: readonly (readonly [line: string, code: number, err: RegExp])[] = [
  ['pack FOLDER/none', 1, /FOLDER\/none: does not exist/],
  ['pack FILE', 1, /FILE: is no folder/],
  ['pack FILE/none', 1, /FILE\/none: does not exist/],
  ['pack FOLDER', 1, /has none of baton\.json/],
  ['publish FOLDER/none', 1, /FOLDER\/none does not exist/],
  ['publish FILE/none', 1, /FILE\/none does not exist/],
  ['job start X --input @FOLDER', 2, /--input: FOLDER: EISDIR/],
  ['job start X --input @FOLDER/none', 2, /--input: FOLDER\/none: ENOENT/],
  ...(
    [
      'keep-jobs many',
      'keep-jobs 10001',
      'keep-jobs-size 5',
      'package-cache 20',
      'package-cache 1PB',
    ] as const
  ).map(
    (given) =>
      [
        `robot --url http://127.0.0.1:2 --machine-key k --machine-secret s --${given}`,
        2,
        /takes a (size such as 500MB or 20GB|whole number from 0 to 10000)\./,
      ] as const,
  ),
  ['pack FOLDER --max-entries none', 2, /--max-entries: 'none' is not a whole number/],
  ['helper ruby', 2, /There is no helper for 'ruby': python or node\./],
  ['job start X --attach a=FOLDER', 2, /--attach: FOLDER: is no file/],
  ['job start X --attach FILE --attach file=FOLDER/none', 2, /two files are named file; say NAME/],
  ['job start X --attach a=FOLDER/none', 2, /--attach: FOLDER\/none: ENOENT/],
  ['job start X --attach =FILE', 2, /'=FILE' is not NAME=/],
  ['job start X --input @-', 2, /--input is not a JSON object/],
  ['robot --url nowhere --machine-key k --machine-secret s', 2, /--url: 'nowhere' is no URL/],
  [
    'robot --url http://127.0.0.1:2 --machine-key k --machine-secret s --data FILE',
    1,
    /--data: the folder cannot be made: .*FILE/,
  ],
  ['-x', 2, /There is no option '-x'\./],
  ['--hepl', 2, /There is no option '--hepl'\. Did you mean '--help'\?/],
  ['job -x', 2, /'job' is not whole/],
];
const TWO_STOPS = /[.?!]\.$/m;

for (const [line, code, err] of BLAMED) {
  test(`'baton ${line}' says what is wrong`, async (t) => {
    const { folder, file } = await folderWithFile(t);
    const real = (text: string): string => text.replaceAll('FILE', file).replaceAll('FOLDER', folder);
    const said = await say(line.split(' ').map(real), folder, SERVER, '[1]');
    assert.match(said.err, new RegExp(real(err.source)));
    assert.doesNotMatch(said.err, TWO_STOPS);
    assert.equal(said.code, code);
  });
}

test('a robot that joined one server and is told another is told so', async (t) => {
  const { folder } = await folderWithFile(t);
  const joined = { url: 'http://127.0.0.1:3', machineKey: 'key', machineSecret: 'secret' };
  await writeFile(join(folder, 'connection.json'), JSON.stringify(joined));
  const { code, err } = await say(['robot', '--data', folder], '/', SERVER);
  assert.equal(code, 2);
  assert.match(
    err,
    /BATON_URL\) names http:\/\/127\.0\.0\.1:2, but this host has joined http:\/\/127\.0\.0\.1:3:/,
  );
});

test('a proxy whose server is away, another program and a server without TLS are told apart', async (t) => {
  let status = 502;
  const other = createServer((_request, response) =>
    response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Something</h1>'),
  );
  await once(other.listen(0, '127.0.0.1'), 'listening');
  t.after(() => other.close());
  const host = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  const start = async (url: string): Promise<string> => {
    const { code, err } = await say(['job', 'start', 'X', '--url', url], '/', { BATON_TOKEN: 'rt_x' });
    assert.equal(code, 1, err);
    assert.doesNotMatch(err, TWO_STOPS);
    return err;
  };
  for (status of [502, 503, 504])
    assert.match(
      await start(`http://${host}`),
      new RegExp(`A proxy answered ${status}: the server behind it is`),
    );
  for (status of [400, 401, 404, 405])
    assert.match(await start(`http://${host}`), new RegExp(`What answered ${status} is no Baton: is the`));
  assert.match(
    await start(`https://${host}`),
    /answers, but without TLS: is it http:\/\/127\.0\.0\.1:\d+\?$/m,
  );
});
