import assert from 'node:assert/strict';
import { it } from 'node:test';
import sql from 'sql-template-tag';
import type { Context } from '../http/context.ts';
import { handle } from '../http/mount.ts';
import { entity } from './entity.ts';
import { Bool, Complex, dto, Guid, Int32, Int64, List, type OutputOf, Text } from './fields.ts';
import { anyOf, many, one, operation, plain, value } from './operation.ts';
import { findByKey, list, Page } from './read-rows.ts';
import { FORGOTTEN, objectText } from './write-answer.ts';

// Most of this file is for the compiler: `npm run check` fails if one of these lines is no error any more.

const Part = dto('PartDto', { name: Text() });
const Thing = dto('ThingDto', {
  id: Guid({ notNull: true }),
  size: Int32(),
  isNew: Bool({ default: false }),
  password: Text({ writeOnly: true }),
  parts: List(Complex(Part)),
});
const Row = entity({
  name: 'RowDto',
  table: 'rows',
  properties: { Name: Text(), Kind: Text({ constant: 'Plain' }), Id: Int64() },
});

const common = {
  tag: 'Things',
  method: 'GET',
  path: '/things',
  summary: 'Things.',
  scope: null,
  permission: null,
  folder: 'none',
} as const;
const getThing = operation({ ...common, id: 'Things_Get', answer: plain(Thing) });
const findThing = operation({
  ...common,
  id: 'Things_Find',
  answer: plain(Thing, 200, { emptyStatus: 204 }),
});
const getThings = operation({ ...common, id: 'Things_List', answer: plain(List(Complex(Thing))) });
const getRow = operation({ ...common, id: 'Rows_Get', answer: one(Row) });
const getRows = operation({ ...common, id: 'Rows_List', answer: many(Row) });
const getCount = operation({ ...common, id: 'Rows_Count', answer: value(Int32()) });

const thing = { id: 'a', size: 1, parts: [{ name: null }] };

/** What a handler may answer; never called. */
export const right = [
  handle(getThing, () => thing),
  handle(getThing, async () => ({ ...thing, isNew: true })),
  handle(findThing, () => undefined),
  handle(getThings, () => [thing]),
  handle(getThing, async ({ db }) => (await db.first<OutputOf<typeof Thing>>(sql`select`))!),
  handle(getRow, (ctx) => findByKey(ctx, Row, 1)),
  handle(getRow, () => ({ Name: 'a', Id: 1 })),
  handle(getRows, (ctx) => list(ctx, Row)),
  handle(getRows, async (ctx) => (await list(ctx, Row)).map((row) => ({ ...row, Name: 'a' }))),
  handle(getRows, () => [{ Name: 'a', Id: 1 }]),
  handle(getCount, () => 1),
];

/** What does not compile. */
export const wrong = [
  // @ts-expect-error -- a list may be empty, and is never null
  handle(getThings, () => null),
  // @ts-expect-error -- size is forgotten
  handle(getThing, () => ({ id: 'a', parts: [] })),
  // @ts-expect-error -- size is misspelt
  handle(getThing, async () => ({ id: 'a', sise: 1, parts: [] })),
  // @ts-expect-error -- size may lack
  handle(getThing, () => ({ id: 'a', size: thing.size > 0 ? 1 : undefined, parts: [] })),
  // @ts-expect-error -- id is never null
  handle(getThing, () => ({ ...thing, id: null })),
  // @ts-expect-error -- size is a number
  handle(getThing, () => ({ ...thing, size: '1' })),
  // @ts-expect-error -- the name of a part is forgotten
  handle(getThing, () => ({ ...thing, parts: [{}] })),
  // @ts-expect-error -- of one of several size is forgotten
  handle(getThings, () => [thing, { id: 'a', parts: [] }]),
  // @ts-expect-error -- nothing is no answer where no status is declared for it
  handle(getThing, () => undefined),
  // @ts-expect-error -- what is unknown may be anything
  handle(getThing, (): unknown => thing),
  // @ts-expect-error -- rows of any columns
  handle(getThing, async ({ db }) => (await db.first(sql`select`))!),
  // @ts-expect-error -- columns are not taken from where the rows go
  handle(getThings, ({ db }) => db.query(sql`select`)),
  // @ts-expect-error -- Name is forgotten
  handle(getRow, () => ({ Id: 1 })),
  // @ts-expect-error -- neither read by the declaration nor whole
  handle(getRow, ({ db }) => db.first<Record<string, unknown>>(sql`select`)),
  // @ts-expect-error -- rows made by hand lack Name
  handle(getRows, () => new Page([{ Id: 1 }])),
  // @ts-expect-error -- members of a row are known by their types
  handle(getCount, async (ctx: Context) => (await findByKey(ctx, Row, 1)).Name ?? null),
];

const unnamed = { ...common, id: 'Things_Get', answer: plain(Thing) };
/** The compiler knows all permissions and scopes. */
export const misspelt = [
  // @ts-expect-error -- Queues.View
  operation({ ...unnamed, permission: 'Queue.View' }),
  // @ts-expect-error -- Queues.View
  operation({ ...unnamed, permission: anyOf('Jobs.View', 'Queues.Veiw') }),
  // @ts-expect-error -- OR.Queues
  operation({ ...unnamed, scope: 'OR.Queue' }),
];

it('what the declaration has a value for may be left out, and whatever else is missing is told', () => {
  const told: unknown[] = [];
  const listen = (forgotten: unknown): void => void told.push(forgotten);
  FORGOTTEN.subscribe(listen);
  assert.equal(objectText(Row, { Name: 'a', Id: 1 }), '{"Name":"a","Kind":"Plain","Id":1}');
  assert.equal(objectText(Thing, { id: 'a', size: null, parts: [] }).includes('"isNew":false'), true);
  assert.equal(objectText(Row, { Id: 1 }, true), '{"Id":1}');
  assert.deepEqual(told, []);
  assert.equal(objectText(Row, { Id: 1 }), '{"Name":null,"Kind":"Plain","Id":1}');
  FORGOTTEN.unsubscribe(listen);
  assert.deepEqual(told, [{ shape: 'RowDto', member: 'Name' }]);
});
