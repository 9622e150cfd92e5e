import sql from 'sql-template-tag';
import { OtherSchema } from './migrate.ts';
import type { Database, Queryable } from './sql.ts';

/**
 * The search path of a connection whose time can be turned. Functions in `test_clock` come before
 * PostgreSQL's own of the same name. New tables still go to `public`.
 */
export const TEST_CLOCK_PATH = 'search_path="$user",public,test_clock,pg_catalog';

/**
 * One row says how far the time is ahead of the machine's, and since when. A transaction that was under way
 * at the turn keeps its time, as `now()` promises. `current_timestamp` is syntax and cannot be replaced, so
 * `scripts/find-clocks.ts` keeps it out.
 */
const SCHEMA = `
  create schema test_clock;
  create table test_clock.turned (
    one boolean primary key default true check (one),
    ahead_ms bigint not null,
    before_ms bigint not null,
    turned_at timestamptz not null);
  insert into test_clock.turned values (true, 0, 0, pg_catalog.now());

  create function test_clock.now() returns timestamptz language plpgsql stable as $$
  declare t test_clock.turned;
  begin
    select * into t from test_clock.turned;
    return pg_catalog.now()
      + case when pg_catalog.now() < t.turned_at then t.before_ms else t.ahead_ms end * interval '1 millisecond';
  end $$;
  create function test_clock.transaction_timestamp() returns timestamptz language plpgsql stable as $$
  begin
    return test_clock.now();
  end $$;
  create function test_clock.statement_timestamp() returns timestamptz language plpgsql stable as $$
  begin
    return pg_catalog.statement_timestamp() + (test_clock.now() - pg_catalog.now());
  end $$;
  create function test_clock.clock_timestamp() returns timestamptz language plpgsql volatile as $$
  begin
    return pg_catalog.clock_timestamp() + (select ahead_ms from test_clock.turned) * interval '1 millisecond';
  end $$;`;

/**
 * Call it before migrations, because the functions that a column's default or a view reads are settled when
 * it is created. So a database is created either with the test clock or without it, and stays so. The other
 * kind is refused, so that nobody turns the time of data that people need.
 */
export async function prepareTestClock(db: Database, isWanted: boolean): Promise<void> {
  if (!isWanted) return refuseTestClock(db);
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('baton schema_migrations', 0))`);
    const { hasClock, isInstalled } = await stateOf(tx);
    if (hasClock) return;
    if (isInstalled)
      throw new OtherSchema(
        'BATON_TEST_CLOCK: the database was made without it, and its time cannot be turned: take an empty one',
      );
    await tx.execute({ text: SCHEMA, values: [] });
  });
}

async function refuseTestClock(db: Queryable): Promise<void> {
  if ((await stateOf(db)).hasClock)
    throw new OtherSchema(
      'The database was made with BATON_TEST_CLOCK=true, and its time may have been turned: start with the same' +
        ' setting, or take another database',
    );
}

interface State {
  readonly hasClock: boolean;
  readonly isInstalled: boolean;
}

async function stateOf(db: Queryable): Promise<State> {
  return (await db.first<State>(sql`
    select to_regclass('test_clock.turned') is not null as "hasClock",
           to_regclass('schema_migrations') is not null as "isInstalled"`))!;
}
