import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import { routes } from '../apps/server/src/areas.ts';
import { dialectOf } from '../apps/server/src/kernel/http/dialects/dialects.ts';
import { type Answer, callerWith, testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities } from './entities.fixture.ts';
import { pathOf } from './paths.fixture.ts';

// Every POST that an Idempotency-Key holds for: the answer that is given again is the first one, with its
// status, content type and text, and both are what the operation answers without a key.
const server = await testServer({ after });
const entities = await createEntities(server, server.admin, server.folder.id);
const machine = callerWith(server.url, await entities.machineToken());

const operations = routes
  .map(({ operation }) => operation)
  .filter(
    ({ method, readOnly, path, multipart, rawBody }) =>
      method === 'POST' && !readOnly && !multipart && !rawBody && dialectOf(path).keepsAnswers,
  );

const typeOf = ({ status, headers }: Answer): [number, string | null] => [
  status,
  headers.get('content-type'),
];

let answered = 0;
describe('an answer that is given again', () => {
  for (const operation of operations) {
    it(operation.id, async () => {
      const isForMachines = operation.callers?.includes('machine') && !operation.callers.includes('user');
      const caller = isForMachines ? machine : server.admin;
      const here = operation.folder === 'none' ? caller : caller.in(server.folder.id);
      const keyed = here.with({ 'idempotency-key': randomUUID() });
      const path = pathOf(operation, entities);
      const [first, again] = [
        await keyed.post(path, operation.example ?? {}),
        await keyed.post(path, operation.example ?? {}),
      ];
      assert.deepEqual(typeOf(again), typeOf(first), `${first.text} ${again.text}`);
      if (first.status >= 300) return;
      assert.equal(again.text, first.text);
      const { answer } = operation;
      if (first.text === '') assert.equal(first.headers.get('content-type'), null);
      else
        assert.equal(/odata/.test(first.headers.get('content-type')!), answer.kind !== 'plain', answer.kind);
      answered += 1;
    });
  }

  it('was an answer of many', () => assert.ok(answered >= 35, `${answered} of ${operations.length}`));
});
