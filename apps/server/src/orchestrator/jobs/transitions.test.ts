import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import sql from 'sql-template-tag';
import { testServer } from '../../server.fixture.ts';
import { FINAL, IN_EXECUTION, WITHOUT_PROCESS } from './transitions.ts';

const { db } = await testServer({ after });

/** The numbers of states that an index is for, in its own order. */
async function statesOf(index: string): Promise<string> {
  const row = await db.first<{ predicate: string }>(sql`
    select pg_get_expr(indpred, indrelid) as predicate from pg_index where indexrelid = ${index}::regclass`);
  return `(${[...row!.predicate.matchAll(/\b\d\b/g)].map(([state]) => state).join(', ')})`;
}

it('the indexes are for the states that the table of moves has for them', async () => {
  for (const [states, index] of [
    [IN_EXECUTION, 'jobs_in_execution'],
    [FINAL, 'jobs_not_final'],
    [FINAL, 'jobs_by_restart'],
    [WITHOUT_PROCESS, 'jobs_waiting_for_package'],
  ] as const)
    assert.equal(states.sql, await statesOf(index), index);
});
