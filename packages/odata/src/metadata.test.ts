import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edmx } from './metadata.ts';

const id = { name: 'Id', type: 'Edm.Int64', nullable: false };
const document = edmx({
  schemas: [
    {
      namespace: 'Types',
      enums: [{ name: 'LogLevel', members: { Trace: 0, Info: 2 } }],
      complexTypes: [{ name: 'AnyObject', open: true, properties: [] }],
      entityTypes: [
        {
          name: 'JobDto',
          key: ['Id'],
          properties: [id, { name: 'Tags', type: 'Collection(Edm.String)' }],
          navigations: [{ name: 'Release', type: 'Types.ReleaseDto' }],
        },
        { name: 'LongJobDto', base: 'Types.JobDto', properties: [{ name: 'Level', type: 'Types.LogLevel' }] },
        { name: 'ReleaseDto', key: ['Id', 'Version'], properties: [id, { ...id, name: 'Version' }] },
        { name: 'Settings', properties: [] },
      ],
    },
    {
      namespace: 'Service',
      operations: [
        { name: 'Stop&Go', kind: 'Action', bound: 'Types.JobDto', parameters: [{ ...id, name: 'strategy' }] },
        {
          name: 'All',
          kind: 'Function',
          bound: 'Collection(Types.JobDto)',
          parameters: [],
          returns: 'Collection(Types.JobDto)',
          keepsSet: true,
        },
      ],
      container: {
        sets: [
          { name: 'Jobs', type: 'Types.JobDto', bindings: { Release: 'Releases' } },
          { name: 'Releases', type: 'Types.ReleaseDto' },
        ],
        singletons: [{ name: 'Settings', type: 'Types.Settings' }],
      },
    },
  ],
});

const EXPECTED = [
  '<?xml version="1.0" encoding="utf-8"?>\n<edmx:Edmx Version="4.0"',
  '<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="Types"><EnumType Name="LogLevel">',
  '<Member Name="Trace" Value="0"/>',
  '<ComplexType Name="AnyObject" OpenType="true"/>',
  '<EntityType Name="JobDto"><Key><PropertyRef Name="Id"/></Key><Property Name="Id" Type="Edm.Int64" Nullable="false"/>',
  '<Property Name="Tags" Type="Collection(Edm.String)"/>',
  '<NavigationProperty Name="Release" Type="Types.ReleaseDto"/></EntityType>',
  '<EntityType Name="LongJobDto" BaseType="Types.JobDto"><Property Name="Level" ',
  '<Key><PropertyRef Name="Id"/><PropertyRef Name="Version"/></Key>',
  '<Action Name="Stop&amp;Go" IsBound="true"><Parameter Name="bindingParameter" Type="Types.JobDto" ',
  '<Parameter Name="strategy" Type="Edm.Int64" Nullable="false"/></Action>',
  '<Function Name="All" IsBound="true" EntitySetPath="bindingParameter">',
  '<ReturnType Type="Collection(Types.JobDto)"/></Function><EntityContainer Name="Container">',
  '<EntitySet Name="Jobs" EntityType="Types.JobDto"><NavigationPropertyBinding Path="Release" ',
  '<Singleton Name="Settings" Type="Types.Settings"/></EntityContainer></Schema></edmx:DataServices>',
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
