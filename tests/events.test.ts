import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { EVENTS, routes } from '../apps/server/src/areas.ts';
import type { Event } from '../apps/server/src/kernel/events/event.ts';
import { OTHER_CALLS } from './events-calls.fixture.ts';
import { CAUSES } from './events-causes.fixture.ts';
import { db, server, watched } from './events-kit.fixture.ts';
import { changing } from './events-watch.fixture.ts';

// Every event that there is, seen written by what causes it, and every operation that changes something, seen
// to tell what it declares and nothing else. The steps stand in an order in which each finds what it needs.

/** Each of these is called by tests/audit.test.ts, which knows all ways of changing what people may do. */
const IN_THE_AUDIT = /^(?:User|Group|RobotAccount|ExternalClient|ReferenceToken)_/;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const EVENT_TYPES = EVENTS.map(({ type }) => type);
const lastEvent = async (): Promise<number> =>
  (await db.first<{ id: number }>({
    text: 'select coalesce(max(id), 0)::int8 as id from events',
    values: [],
  }))!.id;

describe('an event', () => {
  for (const type of EVENT_TYPES)
    it(`${type} is written by what causes it, once`, async () => {
      const { prepare, run } = CAUSES[type] ?? assert.fail('nothing causes it');
      const made = await prepare();
      const before = await lastEvent();
      await run(made);
      const events = await db.query<{
        tenant_id: number;
        entity: string;
        entity_key: string;
        actor: string | null;
      }>({
        text: 'select tenant_id, entity, entity_key, actor from events where id > $1 and type = $2',
        values: [before, type],
      });
      assert.equal(events.length, 1, `${events.length} of ${type}`);
      const [{ tenant_id: tenant, entity, entity_key: key, actor }] = events as [(typeof events)[number]];
      assert.equal(tenant, server.tenant.id);
      assert.ok(entity !== '' && key !== '');
      // By whom: nobody is behind what the server does by itself.
      assert.equal(actor !== null, type !== 'queueItem.transactionAbandoned', `actor ${actor}`);
    });
});

describe('an operation', () => {
  for (const [name, run] of Object.entries(OTHER_CALLS))
    it(`is called: ${name}`, async () => void (await run()));

  it('that changes something says what it tells', () => {
    const silent = changing.filter(({ tells }) => tells === undefined).map(({ id }) => id);
    assert.deepEqual(silent, []);
  });

  for (const { operation } of routes) {
    const { id, tells } = operation;
    if (tells === 'audit' && IN_THE_AUDIT.test(id)) continue;
    it(`${id} tells what it declares, and nothing else`, () => {
      const told = watched.told.get(id);
      if (tells === undefined || 'nothing' in Object(tells)) assert.deepEqual([...(told ?? [])], []);
      else if (tells === 'audit') assert.ok(told?.has('audit'), `told ${[...(told ?? ['nothing'])]}`);
      else
        assert.deepEqual(
          [...(told ?? [])].filter((type) => type !== 'audit').sort(),
          (tells as readonly Event[]).map(({ type }) => type).sort(),
        );
    });
  }
});

describe('the catalogue', () => {
  it('is named in the catalogue alone', () => {
    const root = fileURLToPath(new URL('../apps/server/src/', import.meta.url));
    const words = new RegExp(`['"](?:${EVENT_TYPES.join('|').replaceAll('.', '\\.')})['"]`, 'g');
    for (const file of globSync('**/*.ts', { cwd: root })) {
      if (/\.(?:test|fixture)\.ts$/.test(file)) continue;
      const source = readFileSync(root + file, 'utf8');
      if (!source.includes(' = event({')) assert.deepEqual(source.match(words), null, file);
    }
    assert.equal(new Set(EVENT_TYPES).size, EVENT_TYPES.length);
  });

  it('names its row by the key, where there is one, and its payload is as declared', async () => {
    const shape = { key: GUID, id: /^\d+$/, 'name and version': /^[\w.-]+:[\w.-]+$/ };
    for (const { type, of, payload } of EVENTS) {
      const told = await db.query<{ entity: string; entity_key: string; payload: object }>({
        text: 'select entity, entity_key, payload from events where type = $1',
        values: [type],
      });
      assert.ok(told.length > 0, type);
      for (const row of told) {
        assert.equal(row.entity, of.entity, type);
        assert.match(row.entity_key, shape[of.key], type);
        const said = Object.keys(row.payload);
        for (const name of said) assert.ok(name in payload, `${type} says ${name}`);
        for (const [name, field] of Object.entries(payload))
          if (field.options.required) assert.ok(said.includes(name), `${type} does not say ${name}`);
      }
    }
  });
});
