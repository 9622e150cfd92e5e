import { sortable } from '@baton/odata/fold-text';
import sql, { raw, type Sql } from 'sql-template-tag';
import { enumeration } from '../../kernel/contract/enumeration.ts';
import { Complex, type Dto, dto, Enum, Int32, Int64, List, Text } from '../../kernel/contract/fields.ts';
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
export const pageOf = (name: string, of: Dto): Dto =>
  dto(name, { totalCount: Int64(), results: List(Complex(of)) });

export interface Listing {
  /**
   * Members that may be sorted by, each with the column of the rows below. The first is sorted by where none
   * is asked for.
   */
  readonly columns: Readonly<Record<string, string>>;
  readonly defaultOrder?: 'asc' | 'desc';
  readonly rows: Sql;
}

/** A page of rows, and how many there are. Rows that sort alike keep their order from page to page. */
export async function page(db: Queryable, query: PageQuery, listing: Listing): Promise<unknown> {
  const { top, skip } = query;
  const order = orderBy(query, listing);
  const [results, counted] = await Promise.all([
    db.query(
      sql`select * from (${listing.rows}) r
        order by ${order} limit ${top ?? DEFAULT_TOP} offset ${skip ?? 0}`,
    ),
    db.first<{ count: number }>(sql`select count(*) as count from (${listing.rows}) r`),
  ]);
  return { totalCount: counted!.count, results };
}

function orderBy({ sortBy, sortOrder }: PageQuery, { columns, defaultOrder = 'asc' }: Listing): Sql {
  const byName = new Map(Object.entries(columns).map(([name, column]) => [name.toLowerCase(), column]));
  const column = sortBy ? byName.get(sortBy.toLowerCase()) : Object.values(columns)[0];
  if (!column) throw notValid('sortBy', sortBy ?? '');
  const isDescending = sortOrder == null ? !sortBy && defaultOrder === 'desc' : sortOrder === SortOrder.desc;
  const direction = raw(isDescending ? 'desc' : 'asc');
  return sql`${raw(column)} ${direction} nulls last, r.id ${direction}`;
}

/** The order of a column of text, as people sort words. */
export const inWords = (column: string): string => sortable(raw(column)).text;

/** Text that is looked for as it is, wherever it stands. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
