import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edmx } from './metadata.ts';
import { JobDto, LogLevel } from './testing.ts';

const document = edmx({
  namespace: 'Baton',
  types: [JobDto],
  enums: [LogLevel],
  sets: [
    { name: 'Jobs', type: 'JobDto' },
    { name: 'Releases', type: 'ReleaseDto' },
  ],
  operations: [
    {
      name: 'Stop&Go',
      kind: 'Action',
      bound: 'JobDto',
      parameters: [{ name: 'strategy', type: 'JobState' }],
    },
    {
      name: 'Count',
      kind: 'Function',
      parameters: [{ name: 'ids', type: 'Collection(Edm.Int64)' }],
      returns: ['Edm.Int32'],
    },
    {
      name: 'All',
      kind: 'Function',
      bound: 'Collection(JobDto)',
      parameters: [],
      returns: ['Collection(JobDto)'],
    },
  ],
});

const EXPECTED = [
  '<?xml version="1.0" encoding="utf-8"?>\n<edmx:Edmx Version="4.0"',
  '<EntityType Name="JobDto"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int64" Nullable="false"/>',
  '<Property Name="State" Type="Baton.JobState"/>',
  '<Property Name="Tags" Type="Collection(Edm.String)"/>',
  '<Property Name="Arguments" Type="Collection(Baton.ArgumentDto)"/>',
  '<NavigationProperty Name="Release" Type="Baton.ReleaseDto"/>',
  '<NavigationProperty Name="Jobs" Type="Collection(Baton.JobDto)"/>',
  '<ComplexType Name="ReleaseVersionDto">',
  '<EnumType Name="LogLevel"><Member Name="Trace" Value="0"/>',
  '<EnumType Name="JobState">',
  '<Action Name="Stop&amp;Go" IsBound="true"><Parameter Name="bindingParameter" Type="Baton.JobDto"/>',
  '<Function Name="Count"><Parameter Name="ids" Type="Collection(Edm.Int64)"/><ReturnType Type="Edm.Int32"/></Function>',
  '<ReturnType Type="Collection(Baton.JobDto)"/>',
  '<EntitySet Name="Jobs" EntityType="Baton.JobDto"><NavigationPropertyBinding Path="Release" Target="Releases"/></EntitySet>',
  '<FunctionImport Name="Count" Function="Baton.Count"/></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>',
];

for (const part of EXPECTED)
  test(`$metadata has ${part.slice(0, 70)}`, () => assert.ok(document.includes(part), document));

test('each type is written once, and every element is closed', () => {
  assert.equal(document.split('<EntityType Name="JobDto"').length, 2);
  const open: string[] = [];
  for (const [, slash, name, rest] of document.matchAll(/<(\/?)([\w:]+)([^>]*)>/g)) {
    if (slash) assert.equal(open.pop(), name);
    else if (!rest?.endsWith('/')) open.push(name ?? '');
  }
  assert.deepEqual(open, []);
});
