import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import sql, { raw, type Sql } from 'sql-template-tag';
import type { EntityType, Enumeration, Property } from './model.ts';

/**
 * A model like the server's, but small enough to read, and rows for it in temporary tables of one connection.
 */
export const JobState: Enumeration = {
  name: 'JobState',
  members: { Pending: 0, Running: 1, Faulted: 4, Successful: 5 },
};
export const LogLevel: Enumeration = { name: 'LogLevel', members: { Trace: 0, Info: 2, Error: 4 } };

const column = (type: Property['type'], name: string, more: Partial<Property> = {}): Property => ({
  type,
  filterable: true,
  sql: (alias) => sql`${alias}.${raw(name)}`,
  ...more,
});

const text = (name: string): Property => column('Edm.String', name);

export const ReleaseDto: EntityType = {
  name: 'ReleaseDto',
  key: 'Id',
  source: raw('odata_releases'),
  properties: {
    Id: column('Edm.Int64', 'id', { nullable: false }),
    Name: text('name'),
    Key: column('Edm.Guid', 'key'),
    CurrentVersion: column('Edm.Untyped', 'current_version', {
      complex: {
        name: 'ReleaseVersionDto',
        properties: {
          VersionNumber: column('Edm.String', 'unused'),
          Number: column('Edm.Int32', 'unused'),
          Id: column('Edm.Guid', 'unused'),
          IsLatest: column('Edm.Boolean', 'unused'),
          CreationTime: column('Edm.DateTimeOffset', 'unused'),
          Tags: column('Edm.String', 'unused', { collection: true }),
        },
      },
    }),
  },
  navigations: {
    Jobs: {
      many: true,
      target: () => JobDto,
      on: (parent, child) => sql`${child}.release_id = ${parent}.id`,
    },
  },
};

export const RobotDto: EntityType = {
  name: 'RobotDto',
  key: 'Id',
  source: raw('(SELECT * FROM odata_robots)'),
  properties: {
    Id: column('Edm.Int64', 'id', { nullable: false }),
    Name: text('name'),
    Username: text('username'),
    Password: column('Edm.String', 'password', { filterable: false }),
  },
  navigations: {},
};

export const JobDto: EntityType = {
  name: 'JobDto',
  key: 'Id',
  source: raw('odata_jobs'),
  properties: {
    Id: column('Edm.Int64', 'id', { nullable: false }),
    Key: column('Edm.Guid', 'key'),
    State: column('Edm.Int32', 'state', { enumeration: JobState }),
    Level: column('Edm.Int32', 'level', { enumeration: LogLevel }),
    ReleaseName: text('release_name'),
    Reference: text('reference'),
    Retries: column('Edm.Int32', 'retries'),
    Ratio: column('Edm.Double', 'ratio'),
    IsDone: column('Edm.Boolean', 'is_done'),
    CreationTime: column('Edm.DateTimeOffset', 'creation_time'),
    Tags: column('Edm.String', 'tags', { collection: true }),
    Numbers: column('Edm.Int32', 'numbers', { collection: true }),
    Arguments: column('Edm.Untyped', 'arguments', {
      collection: true,
      complex: {
        name: 'ArgumentDto',
        properties: { Name: column('Edm.String', 'unused'), Size: column('Edm.Int32', 'unused') },
      },
    }),
    Info: column('Edm.Untyped', 'info'),
  },
  navigations: {
    Release: {
      many: false,
      target: () => ReleaseDto,
      on: (parent, child) => sql`${parent}.release_id = ${child}.id`,
    },
    Robot: {
      many: false,
      target: () => RobotDto,
      on: (parent, child) => sql`${parent}.robot_id = ${child}.id`,
    },
  },
};

const FOLDED = new URL('../../../apps/server/migrations/0100_text_without_case.sql', import.meta.url);

export interface Database {
  readonly rows: (query: Sql) => Promise<Record<string, unknown>[]>;
  readonly close: () => Promise<void>;
}

/**
 * A connection with empty tables that only it sees. Without a database it fails, so that no test is skipped.
 */
export async function openDatabase(): Promise<Database> {
  const connectionString = process.env.BATON_TEST_DATABASE_URL;
  if (!connectionString) throw new Error('BATON_TEST_DATABASE_URL is not set: these tests need a PostgreSQL');
  const client = new pg.Client({ connectionString });
  await client.connect();
  // `folded` as the server's schema defines it. It gets a schema of its own, because other tests
  // run at the same time.
  const schema = `odata_${randomBytes(6).toString('hex')}`;
  await client.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}`);
  await client.query(await readFile(FOLDED, 'utf8'));
  await client.query(`SET TimeZone = 'Asia/Kolkata';
    CREATE TEMP TABLE odata_releases (id int8 PRIMARY KEY, name text, key uuid, current_version jsonb);
    CREATE TEMP TABLE odata_robots (id int8 PRIMARY KEY, name text, username text, password text);
    CREATE TEMP TABLE odata_jobs (id int8 PRIMARY KEY, key uuid, state int2, level int4, release_name text,
      reference text, retries int4, ratio float8, is_done boolean, creation_time timestamptz, tags text[],
      numbers int4[], arguments jsonb, info jsonb, release_id int8, robot_id int8)`);
  return {
    rows: async (query) => (await client.query(query.text, query.values)).rows,
    close: async () => {
      await client.query(`DROP SCHEMA ${schema} CASCADE`);
      await client.end();
    },
  };
}

/** A fixed set of rows, for tests that name the rows they expect. */
export const SAMPLE = sql`WITH releases AS (INSERT INTO odata_releases VALUES
  (1, 'Invoices', '11111111-1111-4111-8111-111111111111', '{"VersionNumber": "1.0.2", "Number": 2, "IsLatest": true,
    "Id": "22222222-2222-4222-8222-222222222222", "CreationTime": "2024-01-02T03:04:05Z", "Tags": ["a", "b"]}'),
  (2, 'It''s 100%', null, '{"VersionNumber": null, "Number": "odd", "Id": "odd", "Tags": "odd"}'), (3, null, null, null)),
robots AS (INSERT INTO odata_robots VALUES (1, 'R1', 'autogen\\one', 'x'), (2, 'R2', 'autogen_two', 'x'))
INSERT INTO odata_jobs VALUES
  (1, '3fa85f64-5717-4562-b3fc-2c963f66afa6', 1, 2, 'Invoices', 'A-1', 0, 0.5, true, '2024-01-01T00:00:00Z',
    '{red,blue}', '{1,2}', '[{"Name": "in", "Size": 1}, {"Name": "out", "Size": 5}]', '{"a": 1}', 1, 1),
  (2, '4fa85f64-5717-4562-b3fc-2c963f66afa6', 0, 4, 'Invoices', null, 3, -2.5, false, '2024-02-03T04:05:06.789123Z',
    '{}', '{}', '[]', null, 1, 2),
  (3, null, 5, 0, '100%_\\', 'a''b', null, null, null, '2026-05-01T10:00:00+02:00', null, null, null, null, 2, null),
  (4, null, null, null, null, 'A-2', 7, 10, true, null, '{red}', '{5,null}', '"odd"', null, null, null)`;
