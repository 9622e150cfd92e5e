import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { foldText } from '@baton/odata/fold-text';
import { routes } from '../apps/server/src/areas.ts';
import type { Operation } from '../apps/server/src/kernel/contract/operation.ts';
import { testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities, type Entities } from './entities.fixture.ts';
import { pathOf } from './paths.fixture.ts';

// Every text member of every list, by its declaration: letter case does not count where it is
// compared, nor where it is sorted.
const server = await testServer({ after });
const here = server.admin.in(server.folder.id);
let entities: Entities;
before(async () => {
  for (let i = 0; i < 3; i++) entities = await createEntities(server, server.admin, server.folder.id);
});

const lists = routes
  .map(({ operation }) => operation)
  .filter(
    ({ method, odata, answer }) =>
      method === 'GET' &&
      answer.kind === 'many' &&
      'fields' in answer.of &&
      /f.*o/.test(odata?.options ?? ''),
  );

const textMembers = ({ odata }: Operation): string[] =>
  Object.entries(odata!.entity.type.properties).flatMap(
    ([name, { type, enumeration, collection, filterable }]) =>
      type === 'Edm.String' && !enumeration && !collection && filterable ? [name] : [],
  );

const swapped = (text: string): string =>
  Array.from(text, (c) => (c === c.toUpperCase() ? c.toLowerCase() : c.toUpperCase())).join('');
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const inWords = new Intl.Collator('und');

async function valuesOf(operation: Operation, member: string, query: string): Promise<string[]> {
  const path = pathOf(operation, entities);
  const answer = await here.get(`${path}${path.includes('?') ? '&' : '?'}$select=${member}${query}`);
  assert.equal(answer.status, 200, `${path} ${query} ${answer.text}`);
  return answer.body.value.flatMap((row: Record<string, unknown>) =>
    typeof row[member] === 'string' ? [row[member]] : [],
  );
}

let looked = 0;
for (const operation of lists) {
  it(`${operation.id}: ${textMembers(operation).join(', ')}`, async () => {
    for (const member of textMembers(operation)) {
      const sorted = await valuesOf(operation, member, `&$orderby=${member}`);
      const inOrder = sorted.toSorted((a, b) => inWords.compare(foldText(a), foldText(b)));
      assert.deepEqual(sorted.map(foldText), inOrder.map(foldText), member);
      for (const value of new Set(sorted.slice(0, 3))) {
        const other = swapped(value);
        const same = sorted.filter((each) => foldText(each) === foldText(value));
        const with_ = sorted.filter((each) => foldText(each).includes(foldText(value)));
        for (const [filter, expected] of [
          [`${member} eq ${quoted(other)}`, same],
          [`${member} in ('x',${quoted(other)})`, same],
          [`contains(${member},${quoted(other)})`, with_],
          [`${member} ge ${quoted(other)} and ${member} le ${quoted(other)}`, same],
        ] as const) {
          const found = await valuesOf(operation, member, `&$filter=${encodeURIComponent(filter)}`);
          assert.deepEqual(found.toSorted(), expected.toSorted(), filter);
        }
        if (other !== value) looked += 1;
      }
    }
  });
}

it('looked at many values', () => assert.ok(looked > 60, `${looked}`));
