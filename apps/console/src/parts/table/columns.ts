import type { ReactNode } from 'react';
import type { Filterable } from '../filter/condition.ts';

/** A column of a list, declared once: heading, order, filter, download and address all come from it. */
export interface Column<Row> extends Filterable {
  /** A member of the row as the API names it; of a member that is an object, a path: `Robot/Name`. */
  readonly member: Extract<keyof Row, string> | `${Extract<keyof Row, string>}/${string}`;
  /** Pixels at first; a person may change it. */
  readonly width: number;
  /** Takes what is left of the width. */
  readonly grows?: boolean;
  readonly align?: 'end';
  /** The server can order by it with an index. */
  readonly sorts?: boolean;
  /** Not shown until chosen. */
  readonly isExtra?: boolean;
  /** Words of a person are looked for in it. */
  readonly isSearched?: boolean;
  readonly cell: (row: Row) => ReactNode;
}

/** The columns to show, in order. Members of an old address that are gone are left out. */
export function shownColumns<Row>(
  columns: readonly Column<Row>[],
  chosen: readonly string[] | undefined,
): readonly Column<Row>[] {
  const found = chosen?.flatMap((member) => columns.find((column) => column.member === member) ?? []);
  return found?.length ? found : columns.filter(({ isExtra }) => !isExtra);
}

/** The choice after a column was shown or hidden; undefined where it is as the page made it. */
export function toggleColumn<Row>(
  columns: readonly Column<Row>[],
  chosen: readonly string[] | undefined,
  member: string,
): readonly string[] | undefined {
  const shown = shownColumns(columns, chosen).map((column) => column.member as string);
  if (!shown.includes(member)) return normal(columns, [...shown, member]);
  return shown.length === 1
    ? chosen
    : normal(
        columns,
        shown.filter((each) => each !== member),
      );
}

/** @param by -1 moves it to the left, 1 to the right */
export function moveColumn<Row>(
  columns: readonly Column<Row>[],
  chosen: readonly string[] | undefined,
  member: string,
  by: -1 | 1,
): readonly string[] | undefined {
  const shown = shownColumns(columns, chosen).map((column) => column.member as string);
  const at = shown.indexOf(member);
  const to = at + by;
  if (at < 0 || to < 0 || to >= shown.length) return chosen;
  shown.splice(to, 0, ...shown.splice(at, 1));
  return normal(columns, shown);
}

function normal<Row>(
  columns: readonly Column<Row>[],
  chosen: readonly string[],
): readonly string[] | undefined {
  const made = columns.filter(({ isExtra }) => !isExtra).map(({ member }) => member as string);
  return made.join() === chosen.join() ? undefined : chosen;
}

/** `minmax(120px, 1fr) 90px …`: one grid for the head and all rows. */
export const gridOf = <Row>(
  columns: readonly Column<Row>[],
  widths: Readonly<Record<string, number>>,
): string =>
  columns
    .map(({ member, width, grows }) => {
      const own = widths[member];
      if (own !== undefined) return `${own}px`;
      return grows ? `minmax(${width}px, 1fr)` : `${width}px`;
    })
    .join(' ');
