import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { pino } from 'pino';
import { routes } from '../apps/server/src/areas.ts';
import type { Dto, Field } from '../apps/server/src/kernel/contract/fields.ts';
import { DateTime } from '../apps/server/src/kernel/contract/fields.ts';
import type { Operation } from '../apps/server/src/kernel/contract/operation.ts';
import { fieldText } from '../apps/server/src/kernel/contract/write-answer.ts';
import { queueKit, SERVICE } from '../apps/server/src/orchestrator/queues/queues.fixture.ts';
import { type Answer, callerWith, testServer } from '../apps/server/src/server.fixture.ts';
import { createEntities } from './entities.fixture.ts';
import { pathOf, valueOf } from './paths.fixture.ts';

// Every time that a client can write, and every place that shows one. The rows come from the declarations.
const warnings: {
  readonly msg: string;
  readonly untold?: { readonly kind: string; readonly value: string };
}[] = [];
const log = pino({ level: 'warn' }, { write: (line) => void warnings.push(JSON.parse(line)) });
const server = await testServer({ after }, {}, { log });
const entities = await createEntities(server, server.admin, server.folder.id);
const operations = routes.map((route) => route.operation);
const machine = callerWith(server.url, await entities.machineToken());
const within = ({ folder, callers }: Operation) => {
  const isForMachines = callers?.includes('machine') && !callers.includes('user');
  const caller = isForMachines ? machine : server.admin;
  return folder === 'none' ? caller : caller.in(server.folder.id);
};

/**
 * Ids that no fixture has are the organization's own: the parameter before the time must not
 * be the one that is refused.
 */
const urlOf = (operation: Operation): string => {
  const isOpen = (name: string): boolean =>
    operation.params?.[name]?.kind === 'guid' && valueOf(operation, name, entities) === undefined;
  const path = operation.path.replace(/\{(\w+)\}/g, (whole, name: string) =>
    isOpen(name) ? server.organizationId : whole,
  );
  return pathOf({ ...operation, path }, entities);
};

/** Day, zone, year: what the calendar, PostgreSQL or a client cannot tell. */
const NO_INSTANTS = ['2026-02-30', '0000-01-01T00:00:00Z', '2026-01-02T00:00:00+23:59', 'infinity'];
const SMALLEST = '0001-01-01T00:00:00+02:00';
const LARGEST = '9999-12-31T23:59:59.9999999Z';

interface Member {
  /** As refusals name it. */
  readonly path: string;
  /** A body that holds this value there. */
  readonly holding: (value: unknown) => unknown;
}

function* instantsIn(field: Field, path: string, depth = 0): Generator<Member> {
  if (depth > 6) return;
  if (field.kind === 'datetime') yield { path, holding: (value) => value };
  if (field.kind === 'object') yield* instantsOf(field.dto!(), path, depth);
  if (field.kind === 'array')
    for (const member of instantsIn(field.items!, `${path}[0]`, depth + 1))
      yield { ...member, holding: (value) => [member.holding(value)] };
}

function* instantsOf({ fields }: Dto, path: string, depth: number): Generator<Member> {
  for (const [name, field] of Object.entries(fields)) {
    if (field.options.readOnly) continue;
    for (const member of instantsIn(field, path === '' ? name : `${path}.${name}`, depth + 1))
      yield { ...member, holding: (value) => ({ [name]: member.holding(value) }) };
  }
}

const inBody = (operation: Operation): readonly Member[] => {
  const { body } = operation;
  if (!body) return [];
  return [...('kind' in body ? instantsIn(body, 'body') : instantsOf(body, '', 0))];
};

const namesIt = ({ status, text }: Answer, path: string, value: string): void => {
  assert.equal(status, 400, `${path} ${value}: ${text}`);
  assert.ok(text.toLowerCase().includes(path.toLowerCase()), `${path} ${value}: ${text}`);
};

describe('a time in a body that is none is a 400 that names it', () => {
  const withTimes = operations.filter((operation) => inBody(operation).length > 0);
  it('is looked for in many operations', () => assert.ok(withTimes.length >= 10));
  for (const operation of withTimes)
    it(operation.id, async () => {
      for (const { path, holding } of inBody(operation))
        for (const value of NO_INSTANTS) {
          const given = holding(value);
          const body = Array.isArray(given)
            ? given
            : { ...(operation.example as object), ...(given as object) };
          const answer = await within(operation).send(operation.method, urlOf(operation), {
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(body),
          });
          namesIt(answer, path, value);
        }
    });
});

describe('a time as a parameter', () => {
  for (const operation of operations)
    for (const [name, field] of Object.entries(operation.query ?? {})) {
      if (field.kind !== 'datetime') continue;
      it(`${operation.id} ${name}`, async () => {
        for (const value of NO_INSTANTS) {
          const path = `${urlOf(operation)}?${name}=${encodeURIComponent(value)}`;
          namesIt(await within(operation).get(path), name, value);
        }
        for (const value of [SMALLEST, LARGEST, '2026-01-02T00:00:00 02:00']) {
          const { status, text } = await within(operation).get(
            `${urlOf(operation)}?${name}=${encodeURIComponent(value)}`,
          );
          assert.notEqual(status, 400, text);
          assert.ok(status < 500, text);
        }
      });
    }
});

describe('a time in a filter', () => {
  for (const operation of operations) {
    const { odata, method } = operation;
    if (method !== 'GET' || !odata?.options.includes('f')) continue;
    const times = Object.entries(odata.entity.fields as Record<string, Field>).filter(
      ([, { kind, options }]) => kind === 'datetime' && options.filterable !== false,
    );
    if (times.length === 0) continue;
    it(operation.id, async () => {
      const path = urlOf(operation);
      const ask = (filter: string) =>
        within(operation).get(
          `${path}${path.includes('?') ? '&' : '?'}$top=1&$filter=${encodeURIComponent(filter)}`,
        );
      for (const [name] of times) {
        for (const value of NO_INSTANTS.slice(0, 3)) {
          const { status, text } = await ask(`${name} gt ${value}`);
          assert.equal(status, 400, `${name} ${value}: ${text}`);
        }
        const { status, text } = await ask(`${name} lt ${SMALLEST} or ${name} eq ${LARGEST}`);
        assert.equal(status, 200, `${name}: ${text}`);
      }
    });
  }
});

describe('the smallest and the largest time', () => {
  const caller = server.admin.in(server.folder.id);
  const { newQueue, add, item, start, end } = queueKit(caller);
  it('are kept and read back', async () => {
    const { Name } = await newQueue();
    const { Id } = await add(Name, { DueDate: SMALLEST, RiskSlaDate: LARGEST });
    const told = { DueDate: '0001-01-01T00:00:00Z', RiskSlaDate: '9999-12-31T23:59:59.999999Z' };
    const { DueDate, RiskSlaDate } = await item(Id);
    assert.deepEqual({ DueDate, RiskSlaDate }, told);
    const found = await caller.get(
      `/odata/QueueItems?$filter=DueDate eq ${SMALLEST.replace('+', '%2B')} and RiskSlaDate eq ${LARGEST}&$select=Id`,
    );
    assert.deepEqual(found.body.value, [{ Id }]);
    assert.equal((await start(Name)).body.Id, Id);
    const ProcessingException = { Reason: 'r', Type: 'BusinessException', CreationTime: LARGEST };
    assert.equal((await end(Id, { IsSuccessful: false, ProcessingException })).status, 200);
    const ended = (await item(Id)).ProcessingException as { CreationTime: string };
    assert.equal(ended.CreationTime, told.RiskSlaDate);
  });

  it('of many added at once do not spoil the call', async () => {
    const { Name } = await newQueue();
    const bulk = await caller.post(`/odata/Queues/${SERVICE}.BulkAddQueueItems`, {
      queueName: Name,
      commitType: 'AllOrNothing',
      queueItems: [{ DueDate: SMALLEST }, { DeferDate: LARGEST }],
    });
    assert.equal(bulk.body.Success, true, bulk.text);
  });
});

describe('what is stored and cannot be told', () => {
  const caller = server.admin.in(server.folder.id);
  const { newQueue, add, start } = queueKit(caller);
  const odd = ['infinity', '-infinity', '10000-01-01T00:00:00Z', '0001-12-31T22:00:00Z BC'];

  it('is null, in a list, by key, and for the robot that starts it, and the log says so', async () => {
    for (const value of odd) {
      warnings.length = 0;
      const { Name, Id: queueId } = await newQueue();
      const { Id } = await add(Name);
      await server.db.execute({
        text: `update queue_items set due_at = $2, risk_sla_at = $2, processing_exception = $3 where id = $1`,
        values: [Id, value, JSON.stringify({ Reason: 'r', CreationTime: '2026-02-30T00:00:00Z' })],
      });
      const list = await caller.get(
        `/odata/QueueItems?$filter=QueueDefinitionId eq ${queueId} and ProcessingException/CreationTime eq null`,
      );
      assert.equal(list.status, 200, list.text);
      for (const shown of [
        list.body.value[0],
        (await caller.get(`/odata/QueueItems(${Id})`)).body,
        (await start(Name)).body,
      ]) {
        assert.equal(shown.Id, Id, value);
        assert.deepEqual([shown.DueDate, shown.RiskSlaDate], [null, null], value);
      }
      const said = warnings.filter(({ msg }) => msg.startsWith('a stored value cannot be told'));
      // Two members of three answers, and the one within ProcessingException.
      assert.ok(said.length >= 6, value);
      for (const { untold } of said) assert.match(`${untold?.kind} ${untold?.value}`, /^datetime \S/);
    }
  });

  it('never throws in a writer', () => {
    for (const value of [...odd, '10000-01-01 00:00:00+00', '2026-02-30T00:00:00+00:00', '', 0, {}, [], true])
      assert.equal(fieldText(DateTime(), value), 'null', String(value));
  });
});
