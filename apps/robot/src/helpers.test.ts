import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import test, { describe } from 'node:test';
import { run, runText } from './run-helper.fixture.ts';

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
