import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, testServer } from '../../../server.fixture.ts';
import { queueKit, SERVICE } from '../queues.fixture.ts';
import { costOf } from './schema-cost.ts';

const server = await testServer({ after });
const caller = server.admin.in(server.folder.id);
const { newQueue, begin, end, item } = queueKit(caller);

const define = (schema: unknown, member = 'SpecificDataJsonSchema'): Promise<Answer> =>
  caller.post('/odata/QueueDefinitions', {
    Name: `q${crypto.randomUUID().slice(0, 8)}`,
    [member]: typeof schema === 'string' ? schema : JSON.stringify(schema),
  });
const adding = (Name: string, SpecificContent: object): Promise<Answer> =>
  caller.post(`/odata/Queues/${SERVICE}.AddQueueItem`, { itemData: { Name, SpecificContent } });
const bulk = (queueName: string, contents: readonly object[]): Promise<Answer> =>
  caller.post(`/odata/Queues/${SERVICE}.BulkAddQueueItems`, {
    queueName,
    commitType: 'ProcessAllIndependently',
    queueItems: contents.map((SpecificContent) => ({ SpecificContent })),
  });

/** Others call while the work runs; how long it took and the slowest of their answers, in milliseconds. */
async function beside(work: Promise<unknown>): Promise<{ readonly took: number; readonly slowest: number }> {
  const begun = performance.now();
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  let slowest = 0;
  while (!isOver) {
    const start = performance.now();
    assert.equal((await server.anonymous.get('/api/Status/Get')).status < 500, true);
    slowest = Math.max(slowest, performance.now() - start);
    // The process under test needs the processor, too.
    await delay(50);
  }
  await over;
  return { took: performance.now() - begun, slowest };
}

/** What is long must not be what the others waited for: a comparison, which holds on a busy machine too. */
async function holdsUpNobody(work: Promise<unknown>): Promise<void> {
  const { took, slowest } = await beside(work);
  assert.ok(took < SHORT_MS || slowest < took / 2, `somebody waited ${slowest} ms for work of ${took} ms`);
}
const SHORT_MS = 1500;

describe('a schema that cannot be used', () => {
  const chain = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`d${i}`, { $ref: `#/$defs/d${(i + 1) % 20}` }]),
  );
  const cases: [what: string, schema: unknown][] = [
    ['is asynchronous', { $async: true, type: 'object' }],
    ['is asynchronous in another word', { $async: 'yes', type: 'object' }],
    ['is asynchronous in part', { properties: { a: { $async: true } } }],
    ['is asynchronous where it refers to', { $ref: '#/$defs/a', $defs: { a: { $async: true } } }],
    [
      'is asynchronous in a newer draft',
      { $schema: 'https://json-schema.org/draft/2020-12/schema', $async: true },
    ],
    ['is itself', { $ref: '#' }],
    ['is all of itself', { allOf: [{ $ref: '#' }] }],
    ['is not itself', { not: { $ref: '#' } }],
    [
      'is itself further in',
      { properties: { a: { $ref: '#/$defs/b' } }, $defs: { b: { anyOf: [{ $ref: '#/$defs/b' }] } } },
    ],
    ['is itself by a long way', { $ref: '#/$defs/d0', $defs: chain }],
    [
      'is itself by name',
      { $schema: 'https://json-schema.org/draft/2020-12/schema', $ref: '#x', $anchor: 'x' },
    ],
    ['is itself by its id', { $id: 'http://x/y', $ref: 'http://x/y' }],
    [
      'is itself by what is dynamic',
      { $schema: 'https://json-schema.org/draft/2020-12/schema', $dynamicRef: '#x', $dynamicAnchor: 'x' },
    ],
    [
      'is itself in draft 2019',
      { $schema: 'https://json-schema.org/draft/2019-09/schema', $recursiveRef: '#' },
    ],
    ['refers to what is not there', { $ref: '#/$defs/none' }],
    ['looks ahead', { properties: { a: { pattern: '^(?=a)a' } } }],
    ['looks back', { properties: { a: { pattern: '(a)\\1' } } }],
    ['has a pattern that is none', { properties: { a: { pattern: '(' } } }],
    ['repeats without measure', { properties: { a: { pattern: '((a{100}){100}){100}' } } }],
    ['is too deep', `${'{"not":'.repeat(300)}{}${'}'.repeat(300)}`],
    ['is too long', { description: 'x'.repeat(100_001) }],
    ['is no object', '[]'],
    ['is no JSON', '{'],
  ];
  for (const [what, schema] of cases)
    it(what, async () => {
      for (const member of ['SpecificDataJsonSchema', 'OutputDataJsonSchema', 'AnalyticsDataJsonSchema']) {
        const { status, body, text } = await define(schema, member);
        assert.equal(status, 400, text);
        assert.ok(body.message.startsWith(`${member}: `), text);
      }
    });

  it('is said of each item, where it was stored in other times', async () => {
    for (const schema of [
      '{"$async":true,"required":["a"]}',
      '{"$ref":"#"}',
      '{"pattern":"(?=a)"}',
      '{',
      '[]',
    ]) {
      const { Name, Id } = await newQueue();
      await server.db.execute({
        text: 'update queue_definitions set specific_data_json_schema = $2 where id = $1',
        values: [Id, schema],
      });
      const { status, text } = await adding(Name, { b: 1 });
      assert.equal(status, 400, text);
      assert.match(text, /QueueItemSchemaViolationException/);
    }
  });
});

describe('a schema that goes into the value', () => {
  it('may refer to itself', async () => {
    const tree = {
      $ref: '#/$defs/node',
      $defs: { node: { properties: { next: { $ref: '#/$defs/node' }, name: { type: 'string' } } } },
    };
    const { body } = await define(tree);
    assert.equal((await adding(body.Name, { next: { next: { name: 'x' } } })).status, 201);
    const { status, text } = await adding(body.Name, { next: { next: { name: 1 } } });
    assert.equal(status, 400);
    assert.match(text, /next\.next\.name must be string/);
  });

  it('may name its members as it likes', async () => {
    const properties = {
      $async: { type: 'string' },
      $ref: { type: 'string' },
      uniqueItems: true,
      pattern: true,
    };
    const { body } = await define({ properties });
    assert.equal((await adding(body.Name, { $async: 'x', $ref: 'y' })).status, 201);
    assert.equal((await adding(body.Name, { $async: 1 })).status, 400);
  });
});

describe('patterns', () => {
  it('are those of JavaScript', async () => {
    const patterns: [pattern: string, fits: string, not: string][] = [
      ['^\\d{4}-\\d{2}-\\d{2}$', '2026-01-02', '2026-1-2'],
      ['^[A-Z]{2}\\d{2}[A-Z0-9]{11,30}$', 'DE89370400440532013000', 'DE8937'],
      ['^\\p{Lu}\\w+$', 'Éclair'.normalize('NFC').replace('clair', 'clair'), 'eclair'],
      ['^[\\w.+\\-]+@[^@\\s]+$', 'jane@contoso.com', 'jane'],
      ['^\\u00e9\\/$', 'é/', 'e/'],
      ['^(?<year>\\d+)$', '2026', 'x'],
    ];
    for (const [pattern, fits, not] of patterns) {
      const { body, text } = await define({ properties: { A: { pattern } } });
      assert.ok(body.Name, text);
      assert.equal((await adding(body.Name, { A: fits })).status, 201, pattern);
      assert.equal((await adding(body.Name, { A: not })).status, 400, pattern);
    }
  });
});

describe('checks that could be long', () => {
  const doubled = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [
      `d${i}`,
      i === 39
        ? { type: 'string' }
        : { anyOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] },
    ]),
  );
  const objects = Array.from({ length: 4_000 }, (_, i) => ({ a: { b: [i, { c: i }] } }));
  const cases: [what: string, schema: object, content: object, statuses: readonly number[]][] = [
    [
      'a pattern that tries everything',
      { properties: { A: { pattern: '^(a+)+$' } } },
      { A: `${'a'.repeat(40)}b` },
      [400],
    ],
    [
      'the same over a long text',
      { properties: { A: { pattern: '^(a+)+$' } } },
      { A: `${'a'.repeat(500_000)}b` },
      [400],
    ],
    ['each of many with each', { properties: { A: { uniqueItems: true } } }, { A: objects }, [400, 201]],
    [
      'all ways through references',
      { properties: { A: { $ref: '#/$defs/d0' } }, $defs: doubled },
      { A: 1 },
      [400],
    ],
  ];
  for (const [what, schema, content, statuses] of cases)
    it(`hold up nobody: ${what}`, async () => {
      const { body, text } = await define(schema);
      assert.ok(body.Name, text);
      let answer: Answer | undefined;
      await holdsUpNobody(adding(body.Name, content).then((given) => (answer = given)));
      assert.ok(statuses.includes(answer!.status), answer!.text);
    });

  it('are given up and said, and the next one is served', async () => {
    const { body } = await define({ properties: { A: { $ref: '#/$defs/d0' } }, $defs: doubled });
    const given = await adding(body.Name, { A: 1 });
    assert.equal(given.status, 400);
    assert.match(given.text, /takes too long/);
    assert.equal((await adding(body.Name, { B: 1 })).status, 201);
    const many = await bulk(body.Name, [{ B: 1 }, { A: 1 }, { B: 2 }]);
    assert.equal(many.body.Success, false);
    assert.match(many.text, /takes too long/);
    assert.equal((await bulk(body.Name, [{ B: 1 }, { B: 2 }])).body.Success, true);
  });

  it('of many items share one time, and each is told what is wrong', async () => {
    const { body } = await define({ $ref: '#/$defs/a', $defs: { a: { required: ['Name'] } } });
    const contents = Array.from({ length: 500 }, (_, i) => (i % 100 === 7 ? {} : { Name: `n${i}` }));
    const { body: answer } = await bulk(body.Name, contents);
    assert.deepEqual(
      answer.FailedItems.map(({ Ordinal }: { Ordinal: number }) => Ordinal),
      [7, 107, 207, 307, 407],
    );
  });

  it('of a schema hold up nobody while it is defined', async () => {
    const properties = Object.fromEntries(
      Array.from({ length: 1_500 }, (_, i) => [`p${i}`, { type: 'string', minLength: i, maxLength: i + 9 }]),
    );
    await holdsUpNobody(define({ properties }));
  });

  it('and compilings of short patterns with many states are for a thread', () => {
    const schema = (pattern: string, times: number): string =>
      JSON.stringify({ allOf: Array.from({ length: times }, () => ({ pattern })) });
    assert.equal(costOf(schema('a{1000}', 170)), undefined);
    assert.equal(costOf(schema('(a{30}){30}', 100)), undefined);
    assert.ok(costOf(schema('^[A-Z]{2}\\d{2}-[A-Z0-9]{4}$', 3))! < 5_000);
  });

  it('of results are done before the item is locked', async () => {
    const { body } = await define(
      { properties: { A: { $ref: '#/$defs/d0' } }, $defs: doubled },
      'OutputDataJsonSchema',
    );
    const { Id } = await begin(body.Name);
    const given = await end(Id, { IsSuccessful: true, Output: { A: 1 } });
    assert.equal(given.status, 400);
    assert.match(given.text, /transactionResult\.Output: .*takes too long/);
    assert.equal((await end(Id, { IsSuccessful: true, Output: { B: 1 } })).status, 200);
    assert.equal((await item(Id)).Status, 'Successful');
  });
});
