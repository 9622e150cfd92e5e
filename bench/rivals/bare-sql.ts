import pg from 'pg';
import { CONTENT, type Contender, OUTPUT } from './contender.ts';

/**
 * The least that is durable: one table, one statement a call, and a commit for each. It has no HTTP, no
 * users, no rules and no history.
 */
export async function bareSql(url: string, connections: number): Promise<Contender> {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  await pool.query(`
    create schema if not exists bare;
    create table if not exists bare.items (
      id bigint generated always as identity primary key, queue int not null, state smallint not null default 0,
      content json, output json, created_at timestamptz not null default now());
    create index if not exists items_ready on bare.items (queue, id) where state = 0`);
  const content = JSON.stringify(CONTENT);
  const output = JSON.stringify(OUTPUT);
  const run = (name: string, text: string, values: unknown[]) => pool.query({ name, text, values });
  const bulk = (count: number) =>
    run('bulk', 'insert into bare.items (queue, content) select 1, c::json from unnest($1::text[]) c', [
      Array.from({ length: count }, () => content),
    ]);
  return {
    name: 'bare SQL',
    add: () => run('add', 'insert into bare.items (queue, content) values (1, $1) returning id', [content]),
    async start() {
      const { rows } = await run(
        'start',
        `update bare.items set state = 1 where id = (select id from bare.items where queue = 1 and state = 0
           order by id for update skip locked limit 1) returning id, content`,
        [],
      );
      return (rows[0] as { id: number } | undefined)?.id;
    },
    result: (_, id) =>
      run('result', 'update bare.items set state = 2, output = $2 where id = $1 and state = 1', [id, output]),
    bulk,
    stock: bulk,
    stop: () => pool.end(),
  };
}
