import { sortable } from '@baton/odata/fold-text';
import sql, { raw, type Sql } from 'sql-template-tag';
import { enumeration } from '../../kernel/contract/enumeration.ts';
import {
  Complex,
  type Dto,
  dto,
  Enum,
  type Fields,
  Int32,
  Int64,
  List,
  type Output,
  Text,
} from '../../kernel/contract/fields.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import { notValid } from '../../kernel/http/problem.ts';

const SortOrder = enumeration('SortOrder', { asc: 0, desc: 1 });

export const sorting = { sortBy: Text({ maxLength: 64 }), sortOrder: Enum(SortOrder) };
export const paging = { top: Int32({ min: 0, max: 1000 }), skip: Int32({ min: 0 }) };
export const searching = { searchTerm: Text({ maxLength: 256 }) };

export interface PageQuery {
  readonly top?: number | null;
  readonly skip?: number | null;
  readonly sortBy?: string | null;
  readonly sortOrder?: number | null;
}

const DEFAULT_TOP = 10;

/** `{ totalCount, results }` */
export const pageOf = <const F extends Fields>(name: string, of: Dto<F>) =>
  dto(name, { totalCount: Int64(), results: List(Complex(of)) });

export interface Listing<F extends Fields> {
  /** The SQL of the rows. Each member of the entity must be one of its columns. */
  readonly of: Dto<F>;
  /** Members that can be sorted by, each with its column in the rows below. The first one is the default. */
  readonly columns: { readonly [K in keyof F]?: string };
  readonly defaultOrder?: 'asc' | 'desc';
  readonly rows: Sql;
}

/** A page of rows, and the number of all rows. Rows that sort alike keep their order from page to page. */
export async function page<const F extends Fields>(
  db: Queryable,
  query: PageQuery,
  listing: Listing<F>,
): Promise<{ readonly totalCount: number; readonly results: readonly Output<F>[] }> {
  const { top, skip } = query;
  const order = orderBy(query, listing);
  const [results, counted] = await Promise.all([
    db.query<Output<F>>(
      sql`select ${columnsOf(listing.of)} from (${listing.rows}) r
        order by ${order} limit ${top ?? DEFAULT_TOP} offset ${skip ?? 0}`,
    ),
    db.first<{ count: number }>(sql`select count(*) as count from (${listing.rows}) r`),
  ]);
  return { totalCount: counted!.count, results };
}

const columnsOf = ({ fields }: Dto): Sql =>
  raw(
    Object.keys(fields)
      .map((name) => `r."${name}"`)
      .join(', '),
  );

function orderBy<F extends Fields>(
  { sortBy, sortOrder }: PageQuery,
  { columns, defaultOrder = 'asc' }: Listing<F>,
): Sql {
  const byName = new Map(
    Object.entries<string | undefined>(columns).map(([name, column]) => [name.toLowerCase(), column]),
  );
  const column = sortBy ? byName.get(sortBy.toLowerCase()) : [...byName.values()][0];
  if (!column) throw notValid('sortBy', sortBy ?? '');
  const isDescending = sortOrder == null ? !sortBy && defaultOrder === 'desc' : sortOrder === SortOrder.desc;
  const direction = raw(isDescending ? 'desc' : 'asc');
  return sql`${raw(column)} ${direction} nulls last, r.id ${direction}`;
}

/** Orders a column of text as people sort words. */
export const inWords = (column: string): string => sortable(raw(column)).text;
