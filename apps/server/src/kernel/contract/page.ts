import type { Fields, Output } from './fields.ts';

/** A page of rows, as `many` answers it. */
export class Page<Row = Selected> {
  readonly rows: readonly Row[];
  readonly count: number | undefined;
  /** `$skiptoken` of the next page, if the server itself ended this one. */
  readonly next: string | undefined;
  /** Roughly how many rows there are. Only if the client asked for it and there is no count. */
  readonly estimate: number | undefined;
  constructor(rows: readonly Row[], count?: number, next?: string, estimate?: number) {
    this.rows = rows;
    this.count = count;
    this.next = next;
    this.estimate = estimate;
  }

  /** The same page with each row changed. */
  map<Other>(change: (row: Row) => Other): Page<Other> {
    return new Page(this.rows.map(change), this.count, this.next, this.estimate);
  }
}

/** A row that was read by its entity's declaration. It has every member that was selected. */
export type Selected<F extends Fields = Fields> = Record<string, unknown> &
  Partial<Output<F>> & { readonly [SELECTED]: true };
declare const SELECTED: unique symbol;
