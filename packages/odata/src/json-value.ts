import sql, { raw, type Sql } from 'sql-template-tag';
import { GUID } from './guid.ts';
import type { Property } from './model.ts';
import { elementType } from './property-type.ts';

const IS_GUID = raw(`'^${GUID}$'`);
/**
 * What a cast to timestamptz accepts, as far as a pattern can tell, because PostgreSQL 15 cannot test a cast.
 * The days of each month, and of February in leap years, are checked by their digits.
 */
const LEAP = '([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29';
const DAY = `(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])`;
const TIME = '([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?';
const ZONE = '(Z|[+-](0[0-9]|1[0-4]):?[0-5][0-9])?';
const MOMENT = raw(`'^(?!0000)([0-9]{4}-(${DAY})|${LEAP})T${TIME}${ZONE}$'`);

/** A member of a jsonb value, as jsonb. Names come from the model, but are quoted all the same. */
export const jsonMember = (json: Sql, name: string): Sql =>
  sql`(${json} -> ${raw(`'${name.replaceAll("'", "''")}'`)})`;

/**
 * A jsonb value as the SQL value of its property's type. A value that was stored with another type reads as
 * null, because a single odd row must not make a filter fail.
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
      return sql`(CASE WHEN ${text} ~* ${IS_GUID} THEN ${text}::uuid END)`;
    case 'datetime':
      return sql`(CASE WHEN ${text} ~ ${MOMENT} THEN ${text}::timestamptz END)`;
    default:
      return sql`nullif(${json}, 'null'::jsonb)`;
  }
}
