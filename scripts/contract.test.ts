import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { AREAS } from '../apps/server/src/areas.ts';
import { type Entity, entity, toMany } from '../apps/server/src/kernel/contract/entity.ts';
import { enumeration } from '../apps/server/src/kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  dto,
  Enum,
  Int32,
  Int64,
  Json,
  List,
  MapOf,
  Text,
} from '../apps/server/src/kernel/contract/fields.ts';
import { many, nothing, one, operation, plain } from '../apps/server/src/kernel/contract/operation.ts';
import { staleContract } from './contract.ts';
import { contractFiles } from './contract-files.ts';
import { contractOperations } from './contract-operations.ts';
import { ContractTypes } from './contract-types.ts';

const ROOT = join(import.meta.dirname, '..');

const Colour = enumeration('Colour', { Red: 0, Green: 1 });
const Part = dto('PartDto', { name: Text({ required: true }), colour: Enum(Colour, { numbered: true }) });
const Thing = entity({
  name: 'ThingDto',
  set: 'Things',
  table: '(select secret_sql)',
  navigations: { Others: toMany((): Entity => Thing, '$.id = @.other_id') },
  properties: {
    Name: Text({ notNull: true }),
    Colour: Enum(Colour),
    Made: DateTime({ readOnly: true, description: 'When.' }),
    Password: Text({ writeOnly: true }),
    Parts: List(Complex(Part), { notNull: true }),
    Kind: Text({ constant: 'Plain' }),
    Free: Json(),
    Counts: MapOf(Int32({ notNull: true })),
    Id: Int64(),
  },
});
const common = { tag: 'Things', scope: null, permission: null, folder: 'none', summary: 'Things.' } as const;
const getThings = operation({
  ...common,
  id: 'Things_Get',
  method: 'GET',
  path: '/odata/Things',
  answer: many(Thing),
});
const putThing = operation({
  ...common,
  id: 'Things_Put',
  method: 'PUT',
  path: "/odata/Things('{name}')",
  params: { name: Text() },
  query: { isQuick: Bool() },
  body: dto('ThingDto', Thing.fields),
  answer: one(Thing, 200, { emptyStatus: 204 }),
});
const bare = { ...common, method: 'POST', path: '/api/Things' } as const;
const others = [
  operation({ ...bare, id: 'A', answer: plain(List(Text(), { notNull: true })) }),
  operation({ ...bare, id: 'B', multipart: true, answer: nothing() }),
  operation({ ...bare, id: 'C', answer: { kind: 'file', status: 200, type: 'text/csv' } }),
];

test('types and values say what is declared, and nothing of where it comes from', () => {
  const types = new ContractTypes();
  const named = [getThings, putThing, ...others].map((each) => ({
    name: `call${each.id.replace('_', '')}`,
    area: AREAS[0]!,
    operation: each,
  }));
  const operations = contractOperations(named, types);
  const texts = new Map([...new Set(types.all().values())].map(({ name, text }) => [name, text]));
  assert.deepEqual([...texts.keys()].sort(), [
    'Colour',
    'PartDto',
    'PartDtoInput',
    'ThingDto',
    'ThingDtoInput',
  ]);
  assert.equal(
    texts.get('Colour'),
    'export const Colour = { Red: 0, Green: 1 } as const;\nexport type Colour = keyof typeof Colour;',
  );
  assert.equal(
    texts.get('ThingDto'),
    `export interface ThingDto {
  readonly Name: string;
  readonly Colour: Colour | null;
  /** When. */
  readonly Made: string | null;
  readonly Parts: readonly PartDto[];
  readonly Kind: string;
  readonly Free: unknown;
  readonly Counts: Readonly<Record<string, number>> | null;
  readonly Id: number;
  /** With \`$expand\`. */
  readonly Others?: readonly ThingDto[];
}`,
  );
  assert.match(texts.get('ThingDtoInput')!, /readonly Password\?: string \| null;\n {2}readonly Parts\?/);
  assert.doesNotMatch(texts.get('ThingDtoInput')!, /Made|Others/);
  assert.match(texts.get('PartDto')!, /readonly colour: 0 \| 1 \| null;/);
  assert.match(
    texts.get('PartDtoInput')!,
    /readonly name: string;\n {2}readonly colour\?: Colour \| 0 \| 1 \| null;/,
  );
  const [list, put, ...more] = operations.map(({ text }) => text);
  assert.equal(
    list,
    `/** Things. */
export const callThingsGet: Operation<NoInput, Many<ThingDto>> = {
  id: 'Things_Get',
  method: 'GET',
  path: '/odata/Things',
  answer: 'many',
};`,
  );
  assert.match(
    put!,
    /readonly name: string; readonly isQuick\?: boolean \| null; readonly body: ThingDtoInput/,
  );
  assert.match(put!, /One<ThingDto> \| undefined/);
  assert.match(put!, /path: "\/odata\/Things\('\{name\}'\)",\n {2}query: \['isQuick'\],/);
  assert.match(more[0]!, /Operation<NoInput, readonly string\[\]>/);
  assert.match(more[1]!, /Operation<NoInput, undefined>[^]*takes: 'files'/);
  assert.match(more[2]!, /Operation<NoInput, Response>[^]*answer: 'file'/);
});

test('the contract is current, has every operation once, and knows nothing of the server', async () => {
  assert.deepEqual([...(await staleContract(ROOT)).keys()], []);
  const files = [...(await contractFiles(ROOT)).values()];
  const ids = files.flatMap((text) => [...text.matchAll(/^ {2,4}id: '(\w+)',$/gm)].map(([, id]) => id));
  assert.deepEqual(
    ids.sort(),
    AREAS.flatMap(({ routes }) => routes.map(({ operation: { id } }) => id)).sort(),
  );
  for (const text of files) {
    assert.doesNotMatch(text, /^import (?!type )/m);
    assert.doesNotMatch(text, /from '(?!\.{1,2}\/[\w/-]+\.ts')|apps\/|select /);
  }
});
