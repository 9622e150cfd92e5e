import { parseExactly } from '@baton/nupkg/exact-json';
import pg from 'pg';

type Parser = (text: string) => unknown;

/**
 * '2026-01-02 03:04:05.12+00' -> '2026-01-02T03:04:05.12Z'. Never a Date, which would cut the microseconds.
 * Sessions run in UTC, and PostgreSQL trims the fraction's trailing zeros itself. What is no time of four
 * digits of a year ('infinity', '10000-01-01 …', '… BC') stays as it is; write-answer.ts tells null.
 */
function timestamp(text: string): string {
  return text[4] === '-' && text.endsWith('+00') ? `${text.slice(0, 10)}T${text.slice(11, -3)}Z` : text;
}

const asText: Parser = (text) => text;

/** Type, its array type, parser. */
const parsers: readonly (readonly [oid: number, array: number, parser: Parser])[] = [
  [20, 1016, Number], // int8: our keys and counts stay far below 2^53
  [1700, 1231, Number], // numeric
  [1184, 1185, timestamp],
  [1114, 1115, asText], // timestamp without zone, which pg would read in this machine's zone
  [1082, 1182, asText], // date: the same
  [1186, 1187, asText], // interval
  [114, 199, parseExactly], // json: with all digits
  [3802, 3807, parseExactly], // jsonb
];

const TEXT_ARRAY: number = 1009;
const textArray = pg.types.getTypeParser(TEXT_ARRAY, 'text') as (text: string) => unknown[];

function each(items: unknown[], parser: Parser): unknown[] {
  return items.map((item) =>
    Array.isArray(item) ? each(item, parser) : typeof item === 'string' ? parser(item) : item,
  );
}

const byOid = new Map<number, Parser>(
  parsers.flatMap(([oid, array, parser]): [number, Parser][] => [
    [oid, parser],
    [array, (text) => each(textArray(text), parser)],
  ]),
);

/** For the `types` of a pool. pg's global table stays unchanged for other users of pg in this process. */
export const valueTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    return byOid.get(oid) ?? pg.types.getTypeParser(oid, format as 'text');
  },
};
