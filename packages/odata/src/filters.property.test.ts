import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import sql from 'sql-template-tag';
import { ODataError } from './errors.ts';
import { filters, type JobRow, jobRows } from './filters.fixture.ts';
import { type Database, JobDto, openDatabase, SAMPLE } from './jobs.fixture.ts';
import { parseOptions } from './options.ts';
import { selectCount, selectList } from './select.ts';

const RELEASES = [
  { id: 1, name: 'a' },
  { id: 2, name: null },
];

test('a filter finds the rows that a plain evaluator finds', async () => {
  const database = await openDatabase();
  await database.rows(sql`INSERT INTO odata_releases (id, name) VALUES (1, 'a'), (2, null)`);
  try {
    await fc.assert(
      fc.asyncProperty(jobRows, filters, async (rows, filter) => {
        await database.rows(sql`DELETE FROM odata_jobs`);
        await database.rows(insertJobs(rows));
        const options = parseOptions(JobDto, { $filter: filter.text, $select: 'Id' }, { maxNodes: 100_000 });
        const found = await database.rows(selectList(JobDto, options));
        const expected = rows.filter((row) => {
          const release = RELEASES.find(({ id }) => id === row.release_id) ?? null;
          return filter.value({ row, release }) === true;
        });
        const ids = expected.map(({ id }) => id).sort((a, b) => a - b);
        assert.deepEqual(
          found.map(({ Id }) => Number(Id)),
          ids,
          filter.text,
        );
      }),
      { numRuns: Number(process.env.ODATA_RUNS ?? 400) },
    );
  } finally {
    await database.close();
  }
});

const insertJobs = (rows: readonly JobRow[]) =>
  sql`INSERT INTO odata_jobs SELECT * FROM jsonb_populate_recordset(null::odata_jobs, ${JSON.stringify(rows)}::jsonb)`;

const WORDS = [
  'Id',
  'Key',
  'State',
  'Ratio',
  'IsDone',
  'CreationTime',
  'Tags',
  'Arguments',
  'Info',
  'Release',
  'Robot',
  'Name',
  'Release/Name',
  'Release/CurrentVersion/Number',
  'CurrentVersion',
  '$it',
  '$count',
  '@p',
  'x',
  'x/Size',
  'ReleaseName',
  'eq',
  'ne',
  'gt',
  'le',
  'and',
  'or',
  'not',
  'in',
  'add',
  'sub',
  'mul',
  'div',
  'divby',
  'mod',
  'any(x:',
  'all(x:',
  'any()',
  'contains(',
  'substring(',
  'length(',
  'year(',
  'date(',
  'round(',
  'now()',
  'indexof(',
  'concat(',
  'tolower(',
  '(',
  ')',
  ',',
  '/',
  '-',
  ':',
  ';',
  '=',
  '*',
  "'",
  "''",
  "'a'",
  "'Running'",
  "'%\\_'",
  "'5'",
  'null',
  'true',
  'INF',
  'NaN',
  '-INF',
  '0',
  '1',
  '-1',
  '2.5',
  '1e308',
  '1e-320',
  '99999999999999999999',
  '9223372036854775808',
  '0001-01-01',
  '9999-12-31T23:59:59.9999999Z',
  '2024-02-30',
  '3fa85f64-5717-4562-b3fc-2c963f66afa6',
  'Ns.JobState',
  '$filter=',
  '$expand=',
  '$top=1',
  '$orderby=',
  '$select=',
  'desc',
  'asc',
  'Jobs',
  '\0',
  '\ud800',
  '🤖',
  ' ',
  '\t',
] as const;

const words = fc
  .array(fc.constantFrom(...WORDS), { maxLength: 14 })
  .chain((list) => fc.constantFrom(' ', '').map((separator) => list.join(separator)));
const mutated = fc
  .tuple(filters, fc.nat(), fc.nat({ max: 4 }), fc.constantFrom<string>(...WORDS))
  .map(([f, at, cut, put]) => {
    const start = at % (f.text.length + 1);
    return f.text.slice(0, start) + put + f.text.slice(start + cut);
  });
// Texts that are often valid by grammar, with operands of any type. What the binder accepts,
// PostgreSQL must accept too.
const OPERANDS = [
  ...WORDS.filter((w) => /^[\w$'-][\w/$.'%\\-]*$/.test(w)),
  'Release/Id',
  'Level',
  'Retries',
  'Reference',
  'Release/CurrentVersion',
  'Release/CurrentVersion/Id',
  'Tags/$count',
  'Release/CurrentVersion/IsLatest',
  'Release/CurrentVersion/CreationTime',
  'Release/CurrentVersion/VersionNumber',
  'Release/CurrentVersion/Tags/$count',
  'Release/Jobs/$count',
  'maxdatetime()',
  'mindatetime()',
  '1e-300',
  '0.5',
  'date(now())',
];
const OPERATORS = [
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'add',
  'sub',
  'mul',
  'div',
  'divby',
  'mod',
  'and',
  'or',
];
const CALLS = [
  'contains',
  'startswith',
  'indexof',
  'concat',
  'substring',
  'round',
  'floor',
  'year',
  'second',
  'date',
  'length',
  'trim',
  'fractionalseconds',
];
const sound = fc.letrec<{ term: string }>((tie) => ({
  term: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...OPERANDS),
    fc.tuple(tie('term'), fc.constantFrom(...OPERATORS), tie('term')).map(([a, o, b]) => `(${a} ${o} ${b})`),
    fc
      .tuple(fc.constantFrom(...CALLS), fc.array(tie('term'), { minLength: 1, maxLength: 3 }))
      .map(([f, a]) => `${f}(${a})`),
    fc
      .tuple(tie('term'), fc.array(fc.constantFrom(...OPERANDS), { maxLength: 3 }))
      .map(([a, list]) => `${a} in (${list})`),
    fc
      .tuple(fc.constantFrom('Tags', 'Numbers', 'Arguments', 'Release/Jobs', 'Info'), tie('term'))
      .map(([path, body]) => `${path}/any(x: ${body})`),
    tie('term').map((t) => `-${t}`),
    tie('term').map((t) => `not ${t}`),
  ),
})).term;
const filterText = fc.oneof(
  words,
  mutated,
  sound,
  sound.map((s) => `${s} eq null`),
  fc.string({ unit: 'binary' }),
);

const queries = fc.oneof(
  fc.record(
    { $filter: filterText, '@p': fc.constantFrom('1', "'a'", '(1,2)', 'Id', '@p', '[') },
    { requiredKeys: ['$filter'] },
  ),
  fc.record({
    $orderby: fc.oneof(
      words,
      sound,
      sound.map((s) => `${s} desc,Id`),
      fc.string({ unit: 'binary' }),
    ),
  }),
  fc.record({
    $expand: fc.oneof(
      words,
      filterText.map((f) => `Release($expand=Jobs($filter=${f};$orderby=Key;$top=2;$count=true))`),
    ),
  }),
  fc.record({ $select: fc.oneof(words, fc.subarray(['Id', 'release', 'Info', '*', 'nope']).map(String)) }),
  fc.record({
    $top: fc.oneof(fc.string(), fc.integer().map(String)),
    $skip: fc.oneof(fc.string(), fc.maxSafeNat().map(String)),
  }),
);

let database: Database;
before(async () => {
  database = await openDatabase();
  await database.rows(SAMPLE);
});
after(() => database?.close());

test('no text makes anything fail but with an ODataError', async () => {
  let executed = 0;
  await fc.assert(
    fc.asyncProperty(queries, async (query) => {
      let options: ReturnType<typeof parseOptions>;
      try {
        options = parseOptions(JobDto, query);
      } catch (error) {
        if (error instanceof ODataError) return;
        throw error;
      }
      executed += 1;
      await database.rows(selectList(JobDto, options));
      await database.rows(selectCount(JobDto, options));
    }),
    { numRuns: Number(process.env.ODATA_RUNS ?? 1500) },
  );
  assert.ok(executed > 50, `only ${executed} queries were sound enough to run`);
});
