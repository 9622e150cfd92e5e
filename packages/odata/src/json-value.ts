import sql, { raw, type Sql } from 'sql-template-tag';
import type { Property } from './model.ts';
import { elementType } from './property-type.ts';

const GUID = raw("'^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'");
// The day is not checked against the month: PostgreSQL 15 has no way to ask first, and the server wrote it.
const MOMENT = raw("'^[0-9]{4}-(0[1-9]|1[0-2])-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]'");

/** Member of a jsonb value, as jsonb. Names come from the model; they are quoted all the same. */
export const jsonMember = (json: Sql, name: string): Sql =>
  sql`(${json} -> ${raw(`'${name.replaceAll("'", "''")}'`)})`;

/**
 * A jsonb value as the SQL value of its property's type. What was stored under another type reads as null: a
 * filter must not fail because of one odd row.
 */
export function fromJson(json: Sql, property: Property): Sql {
  if (property.collection) return sql`nullif(${json}, 'null'::jsonb)`;
  const text = sql`(${json} #>> '{}')`;
  switch (elementType(property, true).kind) {
    case 'string':
      return text;
    case 'number':
    case 'enum':
      return sql`(CASE jsonb_typeof(${json}) WHEN 'number' THEN ${text}::numeric END)`;
    case 'boolean':
      return sql`(CASE jsonb_typeof(${json}) WHEN 'boolean' THEN ${text}::boolean END)`;
    case 'guid':
      return sql`(CASE WHEN ${text} ~ ${GUID} THEN ${text}::uuid END)`;
    case 'datetime':
      return sql`(CASE WHEN ${text} ~ ${MOMENT} THEN ${text}::timestamptz END)`;
    default:
      return sql`nullif(${json}, 'null'::jsonb)`;
  }
}
