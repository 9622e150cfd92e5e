import type { KeyboardEvent, PointerEvent } from 'react';
import { useReader } from '../reader.tsx';
import type { Column } from './columns.ts';
import type { Selection } from './selection.ts';
import classes from './table.module.css';
import type { Sort } from './view.ts';

interface Props<Row> {
  readonly columns: readonly Column<Row>[];
  readonly grid: string;
  readonly minWidth: number;
  readonly sort: Sort | undefined;
  readonly onSort: (member: string) => void;
  readonly widths: Readonly<Record<string, number>>;
  readonly onWidths: (widths: Readonly<Record<string, number>>) => void;
  readonly selection: Selection | undefined;
  readonly areAllSelected: boolean;
  readonly onToggleLoaded: () => void;
}

const LEAST = 48;

/** Names of columns: pressed they sort, their right edge is dragged, and a double press fits it. */
export function TableHead<Row>(props: Props<Row>) {
  const { columns, grid, minWidth, sort, onSort, selection, areAllSelected, onToggleLoaded } = props;
  const { words } = useReader();
  return (
    <div role="rowgroup" className={classes.head} style={{ minWidth }}>
      <div role="row" aria-rowindex={1} className={classes.headRow} style={{ gridTemplateColumns: grid }}>
        {selection && (
          <div role="columnheader" className={classes.box}>
            <input
              type="checkbox"
              aria-label={words.table.selectAll}
              checked={areAllSelected}
              ref={(box) => {
                if (box)
                  box.indeterminate = !areAllSelected && selection.by === 'rows' && selection.keys.size > 0;
              }}
              onChange={onToggleLoaded}
            />
          </div>
        )}
        {columns.map((column) => (
          <Heading
            key={column.member}
            {...props}
            column={column}
            direction={
              sort?.member !== column.member ? undefined : sort.descending ? 'descending' : 'ascending'
            }
            onSort={onSort}
          />
        ))}
      </div>
    </div>
  );
}

function Heading<Row>({
  column,
  direction,
  onSort,
  widths,
  onWidths,
}: Pick<Props<Row>, 'onSort' | 'widths' | 'onWidths'> & {
  readonly column: Column<Row>;
  readonly direction: 'ascending' | 'descending' | undefined;
}) {
  const { words } = useReader();
  const set = (width: number): void =>
    onWidths({ ...widths, [column.member]: Math.max(LEAST, Math.round(width)) });

  const drag = (event: PointerEvent<HTMLElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const cell = event.currentTarget.parentElement?.getBoundingClientRect();
    if (cell) set(event.clientX - cell.left);
  };
  const key = (event: KeyboardEvent<HTMLElement>): void => {
    const by = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (!by || !event.shiftKey) return;
    event.preventDefault();
    set((event.currentTarget.parentElement?.offsetWidth ?? column.width) + by);
  };
  const fit = (edge: HTMLElement): void => {
    const head = edge.parentElement!;
    const at = [...head.parentElement!.children].indexOf(head);
    const rows = head.closest('[role=grid]')?.querySelectorAll('[data-index]') ?? [];
    const cells = [...rows].map((row) => row.children[at] as HTMLElement);
    set(Math.max(...[head, ...cells].map((cell) => contentWidth(cell))) + 20);
  };

  return (
    <div role="columnheader" aria-sort={direction} className={classes.heading} data-align={column.align}>
      {column.sorts ? (
        <button
          type="button"
          className={classes.sort}
          data-hint={words.table.sortBy(column.words)}
          onClick={() => onSort(column.member)}
          onKeyDown={key}
        >
          <span>{column.words}</span>
          <svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true" data-direction={direction}>
            <path d="M4 7 .8 2h6.4z" />
          </svg>
        </button>
      ) : (
        <span className={classes.name} data-hint={words.table.notSorted}>
          {column.words}
        </span>
      )}
      <span
        className={classes.edge}
        aria-hidden="true"
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onDoubleClick={(event) => fit(event.currentTarget)}
      />
    </div>
  );
}

/** How wide what a cell holds would be if it had the room. */
function contentWidth(cell: HTMLElement): number {
  const range = document.createRange();
  range.selectNodeContents(cell);
  return Math.max(
    cell.scrollWidth > cell.clientWidth ? cell.scrollWidth : 0,
    range.getBoundingClientRect().width,
  );
}
