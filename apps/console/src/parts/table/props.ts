import type { ReactNode } from 'react';
import type { Chosen } from './bulk-bar.tsx';
import type { Column } from './columns.ts';
import type { DownloadFormat } from './list-menus.tsx';
import type { ListQuery, Source } from './source.ts';
import type { Sort, View } from './view.ts';

export interface TableProps<Row> {
  /** What the list holds: "Jobs". */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly source: Source<Row>;
  readonly keyOf: (row: Row) => string;
  /** What a row is called where it is not seen: "InvoicePost, faulted". */
  readonly nameOf: (row: Row) => string;
  readonly view: View;
  /** @param isStep Back undoes it */
  readonly onView: (view: View, isStep?: boolean) => void;
  /** The order where nobody chose one. */
  readonly order?: Sort;
  /**
   * Members that cells need besides those of the columns that are shown; absent: whole rows are asked for.
   */
  readonly needs?: readonly string[];
  readonly expand?: string;
  /** Acts on what is selected. Without it nothing can be selected. */
  readonly acts?: (chosen: Chosen<Row>) => ReactNode;
  /** What the panel shows of a row. The row is absent where an address names one that is not loaded. */
  readonly panel?: (key: string, row: Row | undefined) => ReactNode;
  readonly panelTitle?: (key: string, row: Row | undefined) => ReactNode;
  readonly onOpenPage?: (key: string) => void;
  /** Rows that came since the list was read, and would be in it. */
  readonly fresh?: number;
  readonly onFresh?: () => void;
  /** There is nothing at all: an EmptyState. */
  readonly empty: ReactNode;
  /** Views to choose from, above the filter. */
  readonly tabs?: ReactNode;
  /** Between filter and list: what the list holds over time. */
  readonly above?: ReactNode;
  readonly onDownload?: (format: DownloadFormat, query: ListQuery, columns: readonly Column<Row>[]) => void;
  /** The list can be of this folder, of those below, or of all. */
  readonly hasScopes?: boolean;
}
