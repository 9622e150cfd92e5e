import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as helper from './helpers/node/baton.mjs';
import { run, runText } from './run-helper.fixture.ts';
import { nodeHelpers } from './runtimes/host.ts';

describe('a Python function takes the input', { concurrency: 2 }, () => {
  const dataclasses = `
from __future__ import annotations
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Optional

class Kind(Enum):
    A = 'a'

@dataclass
class Line:
    amount: float
    kind: Kind = Kind.A

@dataclass
class Invoice:
    number: str
    due: Optional[date]
    lines: list[Line] = field(default_factory=list)

@dataclass
class Sum:
    number: str
    total: float
    due: Optional[date]
    kinds: list[Kind]

def main(invoice: Invoice) -> Sum:
    assert isinstance(invoice.lines[0], Line)
    return Sum(invoice.number, sum(l.amount for l in invoice.lines), invoice.due, [l.kind for l in invoice.lines])
`;
  const cases: [string, string, object, unknown][] = [
    [
      'as nested dataclasses',
      dataclasses,
      { number: 'I1', due: '2026-03-04', lines: [{ amount: 1 }, { amount: 2.5, kind: 'a' }] },
      { number: 'I1', total: 3.5, due: '2026-03-04', kinds: ['a', 'a'] },
    ],
    ['as a dict', 'def main(arguments: dict): return {"got": arguments}', { a: 1 }, { got: { a: 1 } }],
    ['as one argument without annotation', 'def main(data): return data', { a: 1 }, { a: 1 }],
    [
      'as a TypedDict',
      'from typing import TypedDict\nclass In(TypedDict):\n  a: int\ndef main(i: In): return i["a"] + 1',
      { a: 1 },
      { result: 2 },
    ],
    [
      'as keywords, in an async function',
      'async def main(a: int, b: str = "x", **rest): return [a, b, rest]',
      { a: 1, c: 2 },
      { result: [1, 'x', { c: 2 }] },
    ],
    [
      'as a pydantic model',
      `
class Model:
    def __init__(self, a): self.a = a
    @classmethod
    def model_validate(cls, value): return cls(**value)
    def model_dump(self, mode, by_alias): return {'a': self.a}
def main(given: Model) -> Model: return Model(given.a + 1)`,
      { a: 1 },
      { a: 2 },
    ],
    ['not at all', 'def main(): return None', { a: 1 }, null],
  ];
  for (const [name, code, input, expected] of cases) {
    test(name, async () =>
      assert.deepEqual(await run('main.py', code, input, { function: 'main' }), expected),
    );
  }

  test('and says what does not fit, without frames of its own', async () => {
    const call = run('main.py', 'def main(a: int, b: int): return a', { a: 1 }, { function: 'main' });
    await assert.rejects(call, ({ stderr }: { stderr: string }) => {
      assert.match(stderr, /TypeError: The input arguments do not fit main\(a: int, b: int\): missing .*'b'/);
      return true;
    });
    await assert.rejects(
      run('main.py', 'x = 1\nraise ValueError(x)', {}),
      ({ stderr }: { stderr: string }) => {
        assert.match(stderr, /^Traceback.*\n {2}File "[^"]*main.py", line 2.*\n(.*\n)?ValueError: 1\n$/);
        return true;
      },
    );
  });
});

describe('numbers keep their digits', () => {
  const whole = '{"id":9007199254740993,"list":[-123456789012345678901234567890],"small":7}';
  const free = '{"price":1.50,"rate":0.12345678901234567890,"id":9007199254740993}';
  const passed: [file: string, code: string, input: string, output: string, function_?: string][] = [
    ['main.mjs', 'export default (input) => input', whole, whole],
    [
      'main.mjs',
      'export default (input) => ({ type: typeof input.id, next: input.id + 1n, small: input.small })',
      whole,
      '{"type":"bigint","next":9007199254740994,"small":7}',
    ],
    ['main.py', 'def main(data): return data', free, free, 'main'],
    ['main.py', 'def main(price): return {"twice": price * 2}', '{"price":1.50}', '{"twice":3.0}', 'main'],
    [
      'main.py',
      'from decimal import Decimal\ndef main(rate: Decimal): return {"as text": rate}',
      '{"rate":0.12345678901234567890}',
      '{"as text":"0.12345678901234567890"}',
      'main',
    ],
    ['main.py', 'import baton\nbaton.output(baton.input())', free, free],
  ];
  for (const [file, code, input, output, function_] of passed)
    test(`${file}: ${code}`, async () => {
      const text = await runText(file, code, input, { function: function_ });
      assert.equal(text.replace(/(?<=[:,]) /g, ''), output);
    });
});

describe('numbers keep their digits on the way to the server, from it, and into the log', () => {
  const whole = '{"id":9007199254740993,"list":[-123456789012345678901234567890]}';
  const free = '{"price":1.50,"rate":0.12345678901234567890,"id":9007199254740993}';
  const cases: [file: string, numbers: string, code: string][] = [
    [
      'main.mjs',
      whole,
      `import { readFileSync } from 'node:fs';
import { log, orchestrator } from 'baton';
export default async (input) => {
  log.info('x', { given: input });
  return { answer: await orchestrator.post('/odata/X', input), logged: readFileSync(process.env.BATON_LOG, 'utf8') };
};`,
    ],
    [
      'main.py',
      free,
      `
import baton, os
baton.log.info('x', extra={'given': baton.input()})
answer = baton.orchestrator.post('/odata/X', baton.input())
baton.output({'answer': answer, 'logged': open(os.environ['BATON_LOG']).read()})`,
    ],
  ];
  for (const [file, numbers, code] of cases)
    test(file, async (context) => {
      const bodies: string[] = [];
      const server = createServer(async (request, response) => {
        bodies.push(await text(request));
        response.end(numbers);
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      context.after(() => void server.close());
      const env = {
        UIPATH_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        UIPATH_ACCESS_TOKEN: 'token',
      };
      const plain = (json: string): string => json.replace(/(?<=[:,]) /g, '');
      const told = plain(await runText(file, code, numbers, { env }));
      assert.deepEqual(bodies.map(plain), [numbers]);
      assert.ok(told.startsWith(`{"answer":${numbers},`), told);
      const { logged } = JSON.parse(told) as { logged: string };
      assert.ok(plain(logged).includes(`"given":${numbers}`), logged);
    });
});

describe('the Orchestrator client outlives a restart of the server', { concurrency: 2 }, () => {
  const scripts = {
    'main.py': `
import baton
item = baton.queue.start_transaction('Q')
baton.queue.fail(item, 'bad', 'BusinessException')
done = baton.queue.start_transaction('Q')
try: baton.queue.add('Q', {'a': 1}, reference='R', priority='High')
except baton.OrchestratorError as error: code = error.error_code
user, _ = baton.assets.get('login')
found = baton.orchestrator.get("/odata/Jobs?$filter=State eq 'Running'")
baton.output({'done': done, 'code': code, 'user': user, 'found': found})`,
    'main.mjs': `
import { queue, assets, orchestrator } from 'baton';
export default async () => {
  const item = await queue.startTransaction('Q');
  await queue.fail(item, 'bad', { type: 'BusinessException' });
  const done = await queue.startTransaction('Q');
  const { errorCode } = await queue.add('Q', { content: { a: 1 }, reference: 'R', priority: 'High' }).catch((e) => e);
  const { username } = await assets.get('login');
  const found = await orchestrator.get("/odata/Jobs?$filter=State eq 'Running'");
  return { done, code: errorCode, user: username, found };
};`,
  };
  for (const [file, code] of Object.entries(scripts)) {
    test(file, async (context) => {
      const calls: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
      const answers: [number, unknown][] = [
        [503, null],
        [-1, null], // cut off
        [200, { Id: 7 }],
        [200, null],
        [204, null],
        [409, { message: 'Duplicate Reference.', errorCode: 1016 }],
        [200, { ValueType: 'Credential', CredentialUsername: 'ada', CredentialPassword: 'p' }],
        [200, { value: [] }],
      ];
      const server = createServer(async (request, response) => {
        calls.push({ path: request.url ?? '', headers: request.headers, body: await text(request) });
        const [status, body] = answers[calls.length - 1] ?? [500, null];
        if (status < 0) response.destroy();
        else response.writeHead(status).end(body === null ? '' : JSON.stringify(body));
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
      context.after(() => void server.close());
      const env = {
        UIPATH_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/Acme/Prod`,
        UIPATH_ACCESS_TOKEN: 'token',
        UIPATH_FOLDER_KEY: 'folder',
        UIPATH_ROBOT_KEY: 'robot',
      };
      const output = await run(file, code, {}, { env });
      assert.deepEqual(output, { done: null, code: 1016, user: 'ada', found: { value: [] } });

      const keys = calls.map(({ headers }) => headers['idempotency-key']);
      assert.equal(new Set(keys.slice(0, 3)).size, 1, 'one call, one key');
      assert.equal(new Set(keys.slice(2, 7)).size, 5, 'another call, another key');
      const prefix = '/Acme/Prod/orchestrator_/odata';
      assert.equal(calls[3]?.path, `${prefix}/Queues(7)/UiPathODataSvc.SetTransactionResult`);
      assert.deepEqual(JSON.parse(calls[2]?.body ?? ''), {
        transactionData: { Name: 'Q', RobotIdentifier: 'robot' },
      });
      const { transactionResult } = JSON.parse(calls[3]?.body ?? '');
      assert.equal(transactionResult.IsSuccessful, false);
      assert.equal(transactionResult.ProcessingException.Type, 'BusinessException');
      assert.deepEqual(JSON.parse(calls[5]?.body ?? ''), {
        itemData: { Name: 'Q', SpecificContent: { a: 1 }, Reference: 'R', Priority: 'High' },
      });
      assert.equal(decodeURIComponent(calls[7]?.path ?? ''), `${prefix}/Jobs?$filter=State eq 'Running'`);
      for (const { headers } of calls) {
        assert.equal(headers.authorization, 'Bearer token');
        assert.equal(headers['x-uipath-folderkey'], 'folder');
      }
    });
  }
});

/** A program that is right, and what is not. A line whose error is missing is an error itself. */
const TYPED = `
import { assets, attach, attachments, buckets, input, log, type Login, orchestrator, processes, queue } from 'baton';
interface Invoice { readonly number: string; readonly cents: number }
export default async ({ name }: { readonly name: string }) => {
  await queue.add<Invoice>(name, { content: { number: 'A', cents: 1 }, priority: 'High', dueDate: new Date() });
  const item = await queue.startTransaction<Invoice>(name);
  if (item) await queue.fail(item, item.SpecificContent.number.trim(), { type: 'BusinessException' });
  const { password } = await assets.get<Login>('Mail');
  const given: { readonly path: string } = input<{ path: string }>();
  const id: string = await attach(given.path, { category: password });
  const [file] = await attachments.list();
  if (file) log.info(await attachments.download(file), { size: file.size, id });
  const { total } = await processes.run<{ total: number }>('Sum', { name }, { timeout: 60 });
  const jobs = await orchestrator.get<{ value: { Id: number }[] }>('/odata/Jobs');
  return { sum: total + jobs.value.length, text: (await buckets.read('Files', 'a')).toString('utf8') };
};
// @ts-expect-error: no such priority
void queue.add('Q', { priority: 'Highest' });
// @ts-expect-error: it may be null
(await queue.startTransaction('Q')).Id;
// @ts-expect-error: the content has no such member
(await queue.startTransaction<Invoice>('Q'))!.SpecificContent.total;
// @ts-expect-error: no such type of a failure
void queue.fail({ Id: 1 }, 'why', { type: 'Exception' });
// @ts-expect-error: not every value is a text
(await assets.get('Limit')).trim();
// @ts-expect-error: what an asset never is
await assets.get<Date>('Limit');
// @ts-expect-error: arguments are an object
void processes.run('Sum', 'text');
// @ts-expect-error: no such level
log.fatal('x');
`;

/** All that is typed; the compiler says what is missing here. */
const EXPORTS: {
  readonly [Name in keyof typeof helper]: (typeof helper)[Name] extends (...args: never) => unknown
    ? 'function'
    : Readonly<Record<keyof (typeof helper)[Name], true>> | 'class';
} = {
  assets: { get: true, set: true },
  attach: 'function',
  attachments: { list: true, read: true, download: true },
  buckets: { list: true, read: true, write: true, delete: true },
  input: 'function',
  JobFailed: 'class',
  log: { verbose: true, trace: true, debug: true, info: true, warn: true, error: true, critical: true },
  mask: 'function',
  orchestrator: { request: true, get: true, post: true, put: true, delete: true },
  OrchestratorError: 'class',
  output: 'function',
  processes: { start: true, run: true },
  queue: { add: true, addAll: true, startTransaction: true, succeed: true, fail: true, progress: true },
  stopRequested: 'function',
};

const ANNOTATED = `
import glob, inspect, os, sys, typing
import baton, baton.types
lacking = []
def look(name, function):
    names = {**vars(typing), **vars(baton.types), **vars(sys.modules[function.__module__]), 'T': typing.TypeVar('T')}
    hints = typing.get_type_hints(function, names)
    lacking.extend(name + '.' + known for known in [*inspect.signature(function).parameters, 'return']
                   if known not in hints and known != 'self')
for name in baton.__all__:
    value = getattr(baton, name)
    if inspect.isfunction(value):
        look(name, value)
    elif inspect.isclass(value):
        look(name, value.__init__)
    elif name != 'log':
        for member, method in inspect.getmembers(type(value), inspect.isfunction):
            if not member.startswith('_'):
                look(name + '.' + member, method)
for file in glob.glob(os.path.join(os.path.dirname(baton.__file__), '*.py')):
    with open(file, encoding='utf-8') as source:
        compile(source.read(), file, 'exec')
is_typed = os.path.exists(os.path.join(os.path.dirname(baton.__file__), 'py.typed'))
baton.output({'lacking': lacking, 'isTyped': is_typed, 'names': len(baton.__all__)})`;

describe('the types of the helper', { concurrency: 2 }, () => {
  test('Node: a strict program compiles, what is wrong does not, and nothing is forgotten', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'baton-types-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));
    mkdirSync(join(folder, 'node_modules'));
    // As `npm install --no-save "$(baton helper node)"` does.
    symlinkSync(nodeHelpers, join(folder, 'node_modules', 'baton'), 'junction');
    symlinkSync(join(modules, '@types'), join(folder, 'node_modules', '@types'), 'junction');
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, 'main.ts'), TYPED);
    const strict = ['--strict', '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--noEmit'];
    const options = ['--module', 'nodenext', '--target', 'es2024', '--types', 'node', ...strict];
    await promisify(execFile)(join(modules, '.bin', 'tsc'), [...options, 'main.ts'], { cwd: folder });

    const real = Object.entries(helper).map(([name, value]) => [
      name,
      typeof value === 'object' ? Object.keys(value).toSorted() : null,
    ]);
    const typed = Object.entries(EXPORTS).map(([name, value]) => [
      name,
      typeof value === 'object' ? Object.keys(value).toSorted() : null,
    ]);
    assert.deepEqual(real.toSorted(), typed.toSorted());
  });

  test('Python: every parameter and result has a type that can be resolved', async () => {
    const { lacking, isTyped, names } = (await run('main.py', ANNOTATED, {})) as Record<string, unknown>;
    assert.deepEqual([lacking, isTyped, names], [[], true, 15]);
  });
});
