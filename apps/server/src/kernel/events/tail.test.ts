import assert from 'node:assert/strict';
import { test } from 'node:test';
import sql from 'sql-template-tag';
import { until } from '../../../../../tests/until.fixture.ts';
import { testDatabase } from '../db/test-database.ts';
import { isAfter, presentPlace } from './read-events.ts';
import { eventTail } from './tail.ts';

test('who comes to wait when the others have been told already is not kept waiting', async (t) => {
  const { db } = await testDatabase(t);
  const tail = eventTail(db);
  const place = await presentPlace(db);
  await db.execute(sql`
    insert into events (tenant_id, type, entity, entity_key) values (1, 'asset.created', 'Asset', '1')`);
  // Transactions of other tests delay the event.
  await until('the event is shown', async () => isAfter(await presentPlace(db), place));
  const forEver = new AbortController().signal;
  await tail.wait(1, place, forEver);
  // The looks continue after the event, so they alone would never wake a reader who has not read it.
  const tooLong = AbortSignal.timeout(20_000);
  await tail.wait(1, place, tooLong);
  assert.equal(tooLong.aborted, false);
});
