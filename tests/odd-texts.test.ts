import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { routes } from '../apps/server/src/areas.ts';
import type { Operation } from '../apps/server/src/kernel/contract/operation.ts';
import { accountRoutes } from '../apps/server/src/orchestrator/account/routes.ts';
import { type Answer, type Caller, callerWith, testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities } from './entities.fixture.ts';
import { MARK, marked, placesOf } from './members-of-bodies.fixture.ts';
import { pathOf } from './paths.fixture.ts';

// Every declared operation with every odd value in every place of its input, one at a time: it is refused or
// taken, and never a fault of the server's. What is added is swept by being declared.
const server = await testServer({ after });
const entities = await createEntities(server, server.admin, server.folder.id);
const machine = callerWith(server.url, await entities.machineToken());

const DEEP = 5000;
/** As they stand in the text of a body. */
const ODD: Readonly<Record<string, string>> = {
  NUL: JSON.stringify('a\0b'),
  'half a pair': JSON.stringify('a\ud800'),
  'JSON with NUL': JSON.stringify('{"a":"\\u0000","\\u0000":"\\ud800"}'),
  'deep JSON as text': JSON.stringify('['.repeat(DEEP) + ']'.repeat(DEEP)),
  'object with NUL': '{"a\\u0000":"\\u0000\\ud800"}',
  'a list in a list': '[[[1]]]',
  depth: '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP),
};
const ODD_IN_ADDRESS = ['a%00b', '%ED%A0%80', '%FF', "'%00'", "'", '%E4'];

const callerOf = (operation: Operation): Caller => {
  const isForMachines = operation.callers?.includes('machine') && !operation.callers.includes('user');
  const caller = isForMachines ? machine : server.admin;
  return operation.folder === 'none' ? caller : caller.in(server.folder.id);
};

const bodiesOf = (operation: Operation): [place: string, body: string][] =>
  [...placesOf(operation.body!)].flatMap(({ way }) => {
    const text = JSON.stringify(marked(operation.example, way));
    return Object.entries(ODD).map(([name, odd]): [string, string] => [
      `${name} as ${way.join('.') || 'body'}`,
      text.replace(JSON.stringify(MARK), () => odd),
    ]);
  });

/** The address with each odd text in each parameter and OData option, and behind the path. */
function* addressesOf(operation: Operation): Generator<string> {
  const path = pathOf(operation, entities);
  const [bare] = path.split('?');
  const options = operation.odata
    ? ['$filter', '$orderby', '$select', '$expand', '$top', '$skip', '$count']
    : [];
  for (const odd of ODD_IN_ADDRESS) {
    for (const name of [...Object.keys(operation.query ?? {}), ...options, 'unknown'])
      yield `${path}${path.includes('?') ? '&' : '?'}${encodeURIComponent(name)}=${odd}`;
    if (bare!.includes('(')) yield bare!.replace(/\(.*?\)/, `(${odd})`);
    else yield `${bare}/${odd}`;
  }
}

function check(what: string, { status, text }: Answer): void {
  assert.ok(status < 500, `${what}: ${status} ${text.slice(0, 300)}`);
  if (status >= 400 && text !== '') assert.match(text, /"(message|title|errors)"/, what);
}

// What takes away comes last: the others want something to be there.
const operations = [...routes, ...accountRoutes]
  .map((route) => route.operation)
  .sort((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'));

const atOnce = async (calls: readonly (() => Promise<void>)[]): Promise<void> => {
  const left = [...calls];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let call = left.shift(); call; call = left.shift()) await call();
    }),
  );
};

describe('odd texts, never a fault of the server', () => {
  for (const operation of operations) {
    if (operation.answer.kind === 'stream') continue;
    it(operation.id, async () => {
      const caller = callerOf(operation);
      const calls = [...new Set(addressesOf(operation))].map(
        (path) => async () => check(path, await caller.send(operation.method, path)),
      );
      const bodies = operation.body ? bodiesOf(operation) : [];
      const headers = { 'content-type': 'application/json' };
      const path = pathOf(operation, entities);
      for (const [place, body] of bodies)
        calls.push(async () => check(place, await caller.send(operation.method, path, { headers, body })));
      await atOnce(calls);
    });
  }
});
