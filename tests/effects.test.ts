import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { routes } from '../apps/server/src/areas.ts';
import type { Dto, Field, Fields } from '../apps/server/src/kernel/contract/fields.ts';
import { effectOf } from '../apps/server/src/kernel/contract/not-carried-out.ts';
import type { Operation } from '../apps/server/src/kernel/contract/operation.ts';
import { ACTED_ON, NOT_NEEDED } from './effects.fixture.ts';

// Every member that a body or a query takes does something, or says in its declaration that it does not
// (not-carried-out.ts): - code that is no declaration names it; what nobody names is dropped in silence; - a
// switch, a choice or a number that is given back is kept somewhere, and naming it may be no more than that:
// effects.fixture.ts says which file acts on it.

const ROOT = fileURLToPath(new URL('../apps/server/src/', import.meta.url));
const DECLARES = /(?:contract|entities|declaration)\.ts$/;
const sources = new Map(
  [...globSync('**/*.ts', { cwd: ROOT }), ...globSync('../migrations/*.sql', { cwd: ROOT })]
    .filter((path) => !/\.(test|fixture)\.ts$/.test(path))
    .map((path) => [path, readFileSync(ROOT + path, 'utf8')]),
);
const wordsOf = (text: string): readonly string[] =>
  text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '').match(/\w+/g) ?? [];

/** The folder with the routes that a file belongs to: its own, or the one that has it for a room. */
function homeOf(path: string): string {
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder))
    if (sources.has(`${folder}/routes.ts`)) return folder;
  return dirname(path);
}

/** The folder where an operation is declared, and answered. */
const areas = new Map(
  [...sources].flatMap(([path, text]) =>
    [...text.matchAll(/\bid: '(\w+)'/g)].map(([, id]) => [id!, homeOf(path)] as const),
  ),
);
/** By folder: what its code names. */
const words = new Map<string, Set<string>>();
for (const [path, text] of sources)
  if (!DECLARES.test(path))
    for (const word of wordsOf(text))
      words.set(homeOf(path), (words.get(homeOf(path)) ?? new Set()).add(word));

interface Member {
  /** `ReleaseDto.AutoUpdate`; of a query `Jobs_Get?skip`. */
  readonly name: string;
  readonly field: Field;
  readonly tag: string;
  readonly area: string;
}

type Of = { readonly of: string } & Pick<Member, 'tag' | 'area'>;

function* within(fields: Fields, { of, ...rest }: Of, above: readonly Fields[] = []): Generator<Member> {
  if (above.includes(fields)) return;
  for (const [name, field] of Object.entries(fields)) {
    if (field.options.readOnly || effectOf(field.options) !== undefined) continue;
    yield { name: of + name, field, ...rest };
    const inner = innermost(field);
    if (inner.dto)
      yield* within(inner.dto().fields, { of: `${inner.dto().name}.`, ...rest }, [...above, fields]);
  }
}

const innermost = (field: Field): Field => (field.items ? innermost(field.items) : field);

function* membersOf({ id, tag, query = {}, body }: Operation): Generator<Member> {
  const rest = { tag, area: areas.get(id) ?? '' };
  yield* within(query, { of: `${id}?`, ...rest });
  if (!body) return;
  const shape = 'kind' in body ? innermost(body).dto?.() : body;
  if (shape) yield* within(shape.fields, { of: `${shape.name}.`, ...rest });
}

const wordOf = (name: string): string => name.split(/[.?]/).at(-1)!;
const ids = new Map<Field, number>();
const idOf = (field: Field): number => ids.get(field) ?? (ids.set(field, ids.size), ids.size - 1);

const operations = routes.map(({ operation }) => operation);
const members = [
  // Shapes share members: the first stands for all.
  ...new Map(
    operations
      .flatMap((operation) => [...membersOf(operation)])
      .reverse()
      .map((one) => [`${one.area} ${wordOf(one.name)} ${idOf(one.field)}`, one] as const),
  ).values(),
].reverse();

const anyOf = (name: string): string => `*.${wordOf(name)}`;
const isTold = (name: string): boolean =>
  [name, anyOf(name)].some((each) => each in ACTED_ON) || name in NOT_NEEDED;

it('names each in code that acts, not only in its declaration', () => {
  assert.ok(members.length > 400, `${members.length}`);
  const dropped = members.filter(({ name, area }) => !words.get(area)?.has(wordOf(name)) && !isTold(name));
  assert.deepEqual(
    dropped.map(({ name }) => name),
    [],
  );
});

/** What reads tell, by the section of the guide. */
const told = new Set(
  operations.flatMap(({ method, tag, answer }) =>
    method === 'GET' && 'of' in answer ? [...toldBy(answer.of)].map((name) => `${tag} ${name}`) : [],
  ),
);

function* toldBy(of: Dto | Field, above: readonly unknown[] = []): Generator<string> {
  const fields = 'kind' in of ? innermost(of).dto?.().fields : of.fields;
  if (!fields || above.includes(fields)) return;
  for (const [name, field] of Object.entries(fields)) {
    if (field.options.writeOnly || field.options.constant !== undefined) continue;
    yield name;
    yield* toldBy(field, [...above, fields]);
  }
}

const SAYS_HOW = new Set<Field['kind']>(['boolean', 'enum', 'int32', 'double', 'any', 'map']);

it('acts on each setting that is kept', () => {
  const kept = members.filter(
    ({ name, field, tag }) => SAYS_HOW.has(innermost(field).kind) && told.has(`${tag} ${wordOf(name)}`),
  );
  assert.ok(kept.length > 50, `${kept.length}`);
  assert.deepEqual(
    kept.filter(({ name }) => !isTold(name)).map(({ name }) => name),
    [],
  );
});

it('finds what the table says, and the table says nothing else', () => {
  const names = new Set(members.flatMap(({ name }) => [name, anyOf(name)]));
  for (const name of Object.keys(NOT_NEEDED)) assert.ok(names.has(name), `${name} is no member any more`);
  for (const [name, by] of Object.entries(ACTED_ON)) {
    assert.ok(names.has(name), `${name} is no member any more`);
    const [file, word = wordOf(name)] = by.split(' ');
    const snake = word.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
    const camel = word[0]!.toLowerCase() + word.slice(1);
    const text = sources.get(file!);
    assert.ok(text !== undefined, `${name}: there is no ${file}`);
    assert.ok(
      [word, snake, camel].some((each) => new RegExp(`\\b${each}\\b`).test(text)),
      `${name}: ${file} has no ${word}`,
    );
  }
});
