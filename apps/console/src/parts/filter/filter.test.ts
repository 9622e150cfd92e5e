import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Condition,
  type Filterable,
  printConditions,
  readConditions,
  readInstant,
} from './condition.ts';
import { curlOf, filterOf, optionsOf } from './odata.ts';

const NOW = Date.parse('2026-11-28T02:49:50.123Z');
const COLUMNS: readonly Filterable[] = [
  { member: 'State', words: 'State', filter: 'choice' },
  { member: 'ProcessName', words: 'Process', filter: 'text' },
  { member: 'EndTime', words: 'Ended', filter: 'instant' },
  { member: 'RetryNumber', words: 'Retries', filter: 'number' },
  { member: 'Secret', words: 'No filter' },
];

const is = (member: string, ...values: string[]): Condition => ({ member, operator: 'is', values });

describe('the filter as a line', () => {
  const cases: readonly (readonly [string, readonly Condition[]])[] = [
    ['State:Faulted,Running', [is('State', 'Faulted', 'Running')]],
    ['-State:Faulted', [{ member: 'State', operator: 'not', values: ['Faulted'] }]],
    ['-ProcessName~Test', [{ member: 'ProcessName', operator: 'lacks', values: ['Test'] }]],
    [
      'EndTime>-24h RetryNumber<3',
      [
        { member: 'EndTime', operator: 'from', values: ['-24h'] },
        { member: 'RetryNumber', operator: 'to', values: ['3'] },
      ],
    ],
    [
      'Reference:"" -Reference:""',
      [
        { member: 'Reference', operator: 'empty', values: [] },
        { member: 'Reference', operator: 'filled', values: [] },
      ],
    ],
    [
      String.raw`SpecificContent/Name:"O'Neil, \"Ann\" \\",x:y`,
      [is('SpecificContent/Name', String.raw`O'Neil, "Ann" \ `.trim(), 'x:y')],
    ],
  ];

  it('is read and written', () => {
    for (const [line, conditions] of cases) {
      assert.deepEqual(readConditions(line), { conditions, rest: '' });
      assert.equal(printConditions(conditions), line);
    }
  });

  it('leaves words that are no condition', () => {
    assert.deepEqual(readConditions('ACME State:Faulted  a:b.c  12:30 "x'), {
      conditions: [is('State', 'Faulted'), is('a', 'b.c')],
      rest: 'ACME 12:30 "x',
    });
    const rest = readConditions('https://host State:New', (member) => member === 'State').rest;
    assert.equal(rest, 'https://host');
    assert.deepEqual(readConditions(''), { conditions: [], rest: '' });
  });
});

describe('the filter as OData', () => {
  const filter = (line: string, search?: string, query?: string): string | undefined =>
    filterOf(
      { conditions: readConditions(line).conditions, search, query },
      COLUMNS,
      ['ProcessName', 'Key'],
      NOW,
    );

  it('says each comparison', () => {
    const cases: readonly (readonly [string, string | undefined])[] = [
      ['', undefined],
      ['State:Faulted', "State eq 'Faulted'"],
      ['State:Faulted,Running', "State in ('Faulted','Running')"],
      ['-State:Faulted,Running', "(State ne 'Faulted' and State ne 'Running')"],
      ["ProcessName~O'Neil", "contains(ProcessName,'O''Neil')"],
      ['-ProcessName~a', "(ProcessName eq null or not contains(ProcessName,'a'))"],
      ['ProcessName:""', 'ProcessName eq null'],
      ['RetryNumber>2 RetryNumber<5', 'RetryNumber ge 2 and RetryNumber le 5'],
      ['EndTime>-24h', 'EndTime ge 2026-11-27T02:49:00.000Z'],
    ];
    for (const [line, expected] of cases) assert.equal(filter(line), expected);
  });

  it('leaves out what a column cannot be compared with', () => {
    for (const line of ['RetryNumber:many', 'EndTime>soon', 'Secret:x', 'Gone:x', 'State~x'])
      assert.equal(filter(line), undefined);
  });

  it('finds each word in one of the members', () => {
    assert.equal(
      filter('State:Faulted', ' inv  7 '),
      "State eq 'Faulted' and (contains(ProcessName,'inv') or contains(Key,'inv')) and (contains(ProcessName,'7') or contains(Key,'7'))",
    );
  });

  it('takes a query of a person in place of the chips', () => {
    assert.equal(filter('State:Faulted', undefined, 'Id eq 1 or Id eq 2'), '(Id eq 1 or Id eq 2)');
    assert.equal(filter('State:Faulted', undefined, ''), undefined);
  });

  it('stands in an address, and in a command without a token', () => {
    const options = optionsOf({
      filter: "State eq 'A&B'",
      order: 'EndTime desc',
      select: ['Id', 'Key'],
      top: 50,
    });
    assert.equal(options, "$filter=State%20eq%20'A%26B'&$orderby=EndTime%20desc&$select=Id,Key&$top=50");
    assert.equal(
      curlOf(`https://host/odata/Jobs?${options}`, { 'X-UIPATH-OrganizationUnitId': '7' })
        .split(' \\\n  ')
        .at(-1),
      String.raw`'https://host/odata/Jobs?$filter=State%20eq%20'\''A%26B'\''&$orderby=EndTime%20desc&$select=Id,Key&$top=50'`,
    );
  });
});

it('reads instants, also as a distance from now', () => {
  assert.equal(readInstant('-90m', NOW), Date.parse('2026-11-28T01:19:00Z'));
  assert.equal(readInstant('2026-11-28T02:00Z', NOW), Date.parse('2026-11-28T02:00:00Z'));
  assert.equal(readInstant('soon', NOW), undefined);
});
