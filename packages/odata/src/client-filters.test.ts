import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ODataError } from './errors.ts';
import { type Database, JobDto, openDatabase, SAMPLE } from './jobs.fixture.ts';
import { parseOptions } from './options.ts';
import { selectCount, selectList } from './select.ts';

let database: Database;
before(async () => {
  database = await openDatabase();
  await database.rows(SAMPLE);
});
after(() => database?.close());

const ids = async (query: Record<string, string>): Promise<number[]> => {
  const rows = await database.rows(selectList(JobDto, parseOptions(JobDto, { $select: 'Id', ...query })));
  return rows.map(({ Id }) => Number(Id));
};

const KEY = '3fa85f64-5717-4562-b3fc-2c963f66afa6';

// Filters as clients write them (reference/odata.md 3.1), and the rows of SAMPLE that they find.
const FILTERS: readonly (readonly [filter: string, expected: readonly number[]])[] = [
  ["ReleaseName eq 'Invoices'", [1, 2]],
  ["contains(ReleaseName,'voice')", [1, 2]],
  ["contains(tolower(ReleaseName), tolower('INVO'))", [1, 2]],
  ["contains(ReleaseName,'%')", [3]],
  ["endswith(ReleaseName,'_\\')", [3]],
  ["startswith(ReleaseName,'100%')", [3]],
  ["startswith(Robot/Username,'autogen\\')", [1]],
  ["startswith(Robot/Username,'autogen\\') eq false", [2, 3, 4]],
  ["not (ReleaseName eq 'Invoices')", [3, 4]],
  ["not contains(ReleaseName,'Inv')", [3, 4]],
  ['Id in (1,2,3)', [1, 2, 3]],
  ['Id in (1,99999999999999999999)', [1]],
  ['Id in ()', []],
  ['Retries in (0,null)', [1, 3]],
  [`Key in ('${KEY}','4fa85f64-5717-4562-b3fc-2c963f66afa6')`, [1, 2]],
  [`Key eq ${KEY}`, [1]],
  [`Key eq '${KEY.toUpperCase()}'`, [1]],
  [`key eq guid'${KEY}'`, [1]],
  [`contains(Key,'3fa85')`, [1]],
  ["State in ('Running','Pending')", [1, 2]],
  ["State eq 'Pending' or State eq 'Running'", [1, 2]],
  ["state eq 'RUNNING'", [1]],
  ["UiPath.Server.Configuration.JobState'Running' eq State", [1]],
  ["State eq '1'", [1]],
  ['Level eq 2', [1]],
  ["Level eq 'INFO'", [1]],
  ["Level ge '2'", [1, 2]],
  ["Level gt 'Trace'", [1, 2]],
  ['Level lt 99999999999999999999', [1, 2, 3]],
  ['CreationTime ge 2024-02-01T00:00:00Z', [2, 3]],
  ['creationTime gt 2026-01-01', [3]],
  ['CreationTime eq 2024-02-03T04:05:06.7891239Z', [2]],
  ["CreationTime eq '2024-02-03T04:05:06.789123Z'", [2]],
  ['CreationTime eq 2024-02-03T05:05:06.789123 01:00', [2]],
  ['CreationTime eq 2024-02-03T05:05:06.789123+01:00', [2]],
  ['date(CreationTime) eq 2024-01-01', [1]],
  ['date(CreationTime) lt 2024-01-01T00:00:01Z', [1]],
  ['year(CreationTime) eq 2026 and month(CreationTime) eq 5 and day(CreationTime) eq 1', [3]],
  ['date(CreationTime) in (2024-01-01,2024-02-03T01:00:00Z)', [1]],
  ['CreationTime in (2024-01-01,2026-05-01T08:00:00Z)', [1, 3]],
  ['hour(CreationTime) eq 8', [3]],
  ['second(CreationTime) eq 6 and fractionalseconds(CreationTime) eq 0.789123', [2]],
  ['CreationTime lt now() and CreationTime gt mindatetime()', [1, 2, 3]],
  ["Release/Name eq 'Invoices'", [1, 2]],
  ["release/name eq 'It''s 100%'", [3]],
  ['Release/Id eq 1', [1, 2]],
  ['Robot/Id in (2,3)', [2]],
  ['Robot eq null', [3, 4]],
  ['Robot ne null', [1, 2]],
  ['Robot/Name eq null', [3, 4]],
  ["Release/CurrentVersion/VersionNumber eq '1.0.2'", [1, 2]],
  ['Release/CurrentVersion/Number ge 2', [1, 2]],
  ["Release/CurrentVersion/Id eq '22222222-2222-4222-8222-222222222222'", [1, 2]],
  ['Release/CurrentVersion/IsLatest eq true', [1, 2]],
  ['Release/CurrentVersion/CreationTime gt 2024-01-02', [1, 2]],
  ["Release/CurrentVersion/Tags/any(t: t eq 'b')", [1, 2]],
  ['Release/Jobs/any(j: j/Id eq 2)', [1, 2]],
  ['Release/Jobs/any(j: j/Id gt $it/Id)', [1]],
  ["Release/Jobs/any(j: j/Robot/Name eq 'R2' and j/Release/Id eq Release/Id)", [1, 2]],
  ['Release/Jobs/$count eq 2', [1, 2]],
  ['Reference eq null', [2]],
  ['Retries ne 3', [1, 3, 4]],
  ['IsDone eq true', [1, 4]],
  ['IsDone', [1, 4]],
  ['not IsDone', [2, 3]],
  ['(Retries gt 1) eq true', [2, 4]],
  ['Retries add 1 eq 4', [2]],
  ['Retries div 2 eq 3', [4]],
  ['Retries divby 2 eq 3.5', [4]],
  ['Retries mod 2 eq 1', [2, 4]],
  ['Retries div 0 eq null', [1, 2, 3, 4]],
  ['-Ratio eq 2.5', [2]],
  ['Ratio ne NaN', [1, 2, 3, 4]],
  ['Ratio lt INF', [1, 2, 4]],
  ['round(Ratio) eq -3 or floor(Ratio) eq 0 or ceiling(Ratio) eq 10', [1, 2, 4]],
  ['Id eq -9223372036854775808', []],
  ["Id eq '2'", [2]],
  ["Tags/any(t: t eq 'red')", [1, 4]],
  ["Tags/all(t: t eq 'red')", [2, 3, 4]],
  ['Tags/any()', [1, 4]],
  ['Tags/$count gt 1', [1]],
  ['Numbers/any(n: n gt 4)', [4]],
  ["Arguments/any(a: a/Name eq 'in' and a/Size lt 2)", [1]],
  ['Arguments/any(a: a/Size gt Retries)', [1]],
  ['Info ne null', [1]],
  ["indexof(Reference,'-') eq 1", [1, 4]],
  ["length(concat(Reference,'xx')) eq 5", [1, 3, 4]],
  ["substring(Reference,1) eq '-1'", [1]],
  ["substring(Reference,-5,-1) eq ''", [1, 3, 4]],
  ["substring(Reference,99999999999999999999) eq ''", [1, 3, 4]],
  ["trim(concat(' ',toupper(Reference))) eq 'A''B'", [3]],
  ['Id eq @p', []],
  ['true', [1, 2, 3, 4]],
  ['null', []],
];

for (const [filter, expected] of FILTERS) {
  test(filter, async () => assert.deepEqual(await ids({ $filter: filter }), expected));
}

test('options in any case, aliases, empty and unknown ones', async () => {
  assert.deepEqual(await ids({ $Filter: 'Id eq @p', '@p': '3' }), [3]);
  assert.deepEqual(
    await ids({ $filter: 'Id in @list', '@list': '[1,3]', $asTaskAdmin: 'true', filter: 'x' }),
    [1, 3],
  );
  assert.deepEqual(
    await ids({ $filter: '', $orderby: ' ', $top: '', $expand: '', $count: '' }),
    [1, 2, 3, 4],
  );
});

test('order, nulls first when ascending, ties by key, pages', async () => {
  assert.deepEqual(await ids({ $orderby: 'retries' }), [3, 1, 2, 4]);
  assert.deepEqual(await ids({ $orderby: 'Retries desc' }), [4, 2, 1, 3]);
  assert.deepEqual(await ids({ $orderby: 'Release/Name desc,Id desc' }), [3, 2, 1, 4]);
  assert.deepEqual(await ids({ $orderby: 'ReleaseName eq null,Id' }), [1, 2, 3, 4]);
  assert.deepEqual(await ids({ $orderby: 'length(Reference) desc', $top: '2', $skip: '1' }), [3, 1]);
  assert.deepEqual(await ids({ $top: '0' }), []);
});

test('counts what the filter leaves, whatever the page', async () => {
  const options = parseOptions(JobDto, { $filter: "Release/Name eq 'Invoices'", $top: '1', $count: 'true' });
  assert.equal(options.count, true);
  assert.deepEqual(await database.rows(selectCount(JobDto, options)), [{ count: '2' }]);
});

// Queries that are wrong, and the error that the client gets.
const ERRORS: readonly (readonly [
  query: Record<string, string | string[]>,
  option: string,
  message: RegExp,
])[] = [
  [{ $filter: "Nope eq 'x'" }, '$filter', /^Could not find a property named 'Nope' on type 'JobDto'\.$/],
  [{ $filter: 'Release/Nope eq 1' }, '$filter', /named 'Nope' on type 'ReleaseDto'/],
  [{ $filter: "ReleaseName/X eq 'x'" }, '$filter', /named 'X' on type 'Edm.String'/],
  [
    { $filter: "State eq 'Nope'" },
    '$filter',
    /'Nope' is not a valid enumeration type constant of 'JobState'/,
  ],
  [{ $filter: "Key eq 'nope'" }, '$filter', /'nope' is not a valid Guid/],
  [{ $filter: 'CreationTime gt 2024-13-01' }, '$filter', /not a valid date/],
  [{ $filter: 'CreationTime gt 2024-01-01T25:00:00Z' }, '$filter', /not a valid date/],
  [{ $filter: "CreationTime gt 'soon'" }, '$filter', /not a valid date/],
  [{ $filter: 'ReleaseName eq 5' }, '$filter', /cannot be used where 'Edm.String'/],
  [{ $filter: "Id eq 'five'" }, '$filter', /not a valid number/],
  [{ $filter: 'Id eq INF' }, '$filter', /doubles only/],
  [{ $filter: 'Ratio eq 1e999' }, '$filter', /too large/],
  [{ $filter: 'State eq ReleaseName' }, '$filter', /incompatible types/],
  [{ $filter: 'IsDone gt true' }, '$filter', /incompatible types/],
  [{ $filter: 'nope(Id)' }, '$filter', /unknown function with name 'nope'/],
  [{ $filter: 'contains(Id,5)' }, '$filter', /No function signature|cannot be used/],
  [{ $filter: 'contains(ReleaseName)' }, '$filter', /No function signature/],
  [{ $filter: 'Id' }, '$filter', /must evaluate to a single boolean/],
  [{ $filter: 'Release' }, '$filter', /must end at a property/],
  [{ $filter: "Robot/Password eq 'x'" }, '$filter', /'Password' cannot be used in the \$filter query option/],
  [{ $filter: 'Release/Jobs/Id eq 1' }, '$filter', /any or all/],
  [{ $filter: 'Id/any(x: x eq 1)' }, '$filter', /need a collection/],
  [{ $filter: "Name eq 'x" }, '$filter', /unterminated string literal at position 8/],
  [{ $filter: 'Id eq' }, '$filter', /the expression ends at position 5/],
  [{ $filter: 'Id eq 1 1' }, '$filter', /'1' is not valid at position 8/],
  [{ $filter: 'Id eq #' }, '$filter', /character '#'/],
  [{ $filter: "ReleaseName eq 'a\0b'" }, '$filter', /not valid in text/],
  [{ $filter: "ReleaseName eq '\ud800'" }, '$filter', /not valid in text/],
  [{ $filter: Array(26).fill('Id eq 1').join(' or ') }, '$filter', /node count limit of '100'/],
  [{ $filter: `Id in (${Array(1001).fill(1).join(',')})` }, '$filter', /limit of '1000' values/],
  [{ $filter: ['Id eq 1', 'Id eq 2'] }, '$filter', /specified more than once/],
  [{ $top: '5', $Top: '5' }, '$top', /specified more than once/],
  [
    { $top: '5000' },
    '$top',
    /^The limit of '1000' for Top query has been exceeded\. The value from the incoming request is '5000'\.$/,
  ],
  [{ $top: '-1' }, '$top', /non-negative integer/],
  [{ $skip: 'x' }, '$skip', /non-negative integer/],
  [{ $skip: '99999999999999999999' }, '$skip', /non-negative integer/],
  [{ $count: 'yes' }, '$count', /Invalid value 'yes'/],
  [{ $search: 'x' }, '$search', /not supported/],
  [{ $apply: 'aggregate(Id)' }, '$apply', /not supported/],
  [{ $orderby: 'Nope' }, '$orderby', /named 'Nope' on type 'JobDto'/],
  [{ $orderby: 'Id up' }, '$orderby', /'up' is not valid/],
  [{ $orderby: 'Tags' }, '$orderby', /primitive type/],
  [{ $orderby: 'Robot/Password' }, '$orderby', /'Password' cannot be used in the \$orderby/],
  [{ $orderby: 'Id,Id,Id,Id,Id,Id' }, '$orderby', /allowed is 5/],
  [{ $select: 'Id,Nope' }, '$select', /named 'Nope' on type 'JobDto'/],
  [{ $select: 'Id,' }, '$select', /a name is missing at position 3/],
  [{ $expand: 'Nope' }, '$expand', /named 'Nope' on type 'JobDto'/],
  [
    { $expand: 'State' },
    '$expand',
    /^Property 'State' on type 'JobDto' is not a navigation property or complex property/,
  ],
  [{ $expand: 'Release/$ref' }, '$expand', /not supported/],
  [{ $expand: 'Release($expand=Jobs($expand=Robot))' }, '$expand', /maximum depth allowed is 2/],
  [{ $expand: 'Release($select=Nope)' }, '$select', /named 'Nope' on type 'ReleaseDto'/],
  [{ $expand: 'Release($select=Id' }, '$expand', /not closed/],
  [{ $expand: 'Release($top=1;$top=2)' }, '$top', /more than once/],
];

for (const [query, option, message] of ERRORS) {
  test(`refuses ${JSON.stringify(query).slice(0, 90)}`, () => {
    assert.throws(
      () => parseOptions(JobDto, query),
      (error: unknown) =>
        error instanceof ODataError && error.option === option && message.test(error.message),
    );
  });
}

test('deep nesting is refused, at once', () => {
  const started = process.cpuUsage();
  for (const opening of ['(', 'not ', 'not(', '-', 'tolower(', 'Tags/any(t: ', 'Id eq (', '- ']) {
    const text = opening.repeat(100_000);
    assert.throws(() => parseOptions(JobDto, { $filter: text }), ODataError);
    assert.throws(() => parseOptions(JobDto, { $orderby: text }), ODataError);
    assert.throws(() => parseOptions(JobDto, { $expand: text }), ODataError);
  }
  assert.throws(
    () => parseOptions(JobDto, { $expand: 'Release($expand='.repeat(20_000) + ')'.repeat(20_000) }),
    ODataError,
  );
  assert.ok(process.cpuUsage(started).user < 2_000_000, 'microseconds of the processor');
});
