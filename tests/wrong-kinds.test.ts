import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { routes } from '../apps/server/src/areas.ts';
import type { Field } from '../apps/server/src/kernel/contract/fields.ts';
import type { Operation } from '../apps/server/src/kernel/contract/operation.ts';
import { dialectOf } from '../apps/server/src/kernel/http/dialects/dialects.ts';
import { platform } from '../apps/server/src/kernel/http/dialects/platform.ts';
import { type Answer, type Caller, callerWith, testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities } from './entities.fixture.ts';
import { MARK, marked, placesOf, type Step } from './members-of-bodies.fixture.ts';
import { pathOf } from './paths.fixture.ts';

// Every body with a value of another kind in every place: the answer names the place, and in Identity, whose
// clients know Newtonsoft.Json, line and position, too.
const server = await testServer({ after });
const entities = await createEntities(server, server.admin, server.folder.id);
const machine = callerWith(server.url, await entities.machineToken());

const CONTAINERS = ['[]', '{}'];
const SCALARS = ['1', '"x"', 'true'];
/** As they stand in the text. */
const WRONG: Readonly<Record<Field['kind'], readonly string[]>> = {
  boolean: ['1', '"x"', ...CONTAINERS],
  int32: ['true', '"true"', '1.5', ...CONTAINERS],
  int64: ['true', '"true"', '1.5', ...CONTAINERS],
  double: ['true', '"true"', ...CONTAINERS],
  string: CONTAINERS,
  datetime: [...SCALARS, ...CONTAINERS],
  guid: [...SCALARS, ...CONTAINERS],
  enum: ['true', '"nonsense"', ...CONTAINERS],
  object: [...SCALARS, '[]'],
  map: [...SCALARS, '[]'],
  array: [...SCALARS, '{}'],
  any: [],
};

interface Odd {
  readonly path: string;
  readonly value: string;
  readonly body: string;
  /** Of the value in the body. */
  readonly start: number;
}

function* oddBodiesOf({ body, example }: Operation): Generator<Odd> {
  if (!('kind' in body!))
    for (const value of [...SCALARS, '[]']) yield { path: '', value, body: value, start: 0 };
  for (const { way, field } of placesOf(body!)) {
    if (field.options.lenient) continue;
    const text = JSON.stringify(marked(example, way));
    const mark = JSON.stringify(MARK);
    const start = text.indexOf(mark);
    for (const value of WRONG[field.kind])
      yield { path: inWords(way), value, body: text.replace(mark, () => value), start };
  }
}

const inWords = (way: readonly Step[]): string =>
  way
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');

const identityPath = ({ path, params = {} }: Operation): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) =>
    params[name]!.kind === 'guid'
      ? name === 'partitionGlobalId'
        ? server.organizationId
        : randomUUID()
      : '1',
  );

const headers = { 'content-type': 'application/json' };
const send = (caller: Caller, method: string, path: string, body: string): Promise<Answer> =>
  caller.send(method, path, { headers, body });

const withBody = routes.map(({ operation }) => operation).filter(({ body }) => body !== undefined);

describe('a value of another kind in a body of Identity', () => {
  for (const operation of withBody.filter(({ path }) => dialectOf(path) === platform)) {
    it(operation.id, async () => {
      for (const { path, value, body, start } of oddBodiesOf(operation)) {
        const answer = await send(server.admin, operation.method, identityPath(operation), body);
        const what = `${body}: ${answer.text}`;
        assert.equal(answer.status, 400, what);
        assert.deepEqual(Object.keys(answer.body.errors), [path], what);
        const [message] = answer.body.errors[path];
        const [, said, position] = /Path '(.*)', line 1, position (\d+)\.$/.exec(message) ?? [];
        assert.equal(said, path, what);
        const [first, last] = [start + 1, start + value.length].map(String);
        assert.ok(position === first || position === last, what);
      }
      for (const body of ['null', '']) {
        const {
          status,
          text,
          body: problem,
        } = await send(server.admin, operation.method, identityPath(operation), body);
        assert.equal(status, 400, text);
        assert.deepEqual(problem.errors, { '': ['A non-empty request body is required.'] });
      }
    });
  }
});

describe('a value of another kind in a body of the orchestrator', () => {
  for (const operation of withBody.filter(({ path }) => dialectOf(path) !== platform)) {
    const isForMachines = operation.callers?.includes('machine') && !operation.callers.includes('user');
    const caller = isForMachines ? machine : server.admin;
    it(operation.id, async () => {
      const { body: shape, method, folder } = operation;
      const here = folder === 'none' ? caller : caller.in(server.folder.id);
      const sent = [...oddBodiesOf(operation)].map(async ({ path, body }) => {
        const answer = await send(here, method, pathOf(operation, entities), body);
        const what = `${body}: ${answer.status} ${answer.text}`;
        assert.equal(answer.status, 400, what);
        const { message } = answer.body as { readonly message: string };
        if (path === '' && !('kind' in shape!)) {
          const parameter = shape!.name.replace(/^./, (c) => c.toLowerCase());
          assert.equal(message, `${parameter} must not be null`, what);
        } else assert.ok(message.startsWith(`${'kind' in shape! ? 'body' : ''}${path}: `), what);
      });
      await Promise.all(sent);
    });
  }
});
