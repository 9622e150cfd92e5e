import { type KeyboardEvent, memo } from 'react';
import { useReader } from '../reader.tsx';
import type { Column } from './columns.ts';
import classes from './table.module.css';

interface Props<Row> {
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly grid: string;
  readonly columns: readonly Column<Row>[];
  readonly name: string;
  /** The row that Tab leads to. */
  readonly isActive: boolean;
  readonly isOpen: boolean;
  /** Undefined: rows cannot be selected. */
  readonly isSelected: boolean | undefined;
}

/** Left and right go through the cells: what a cell says when pointed at, it says when it has the focus. */
function moveAcross(event: KeyboardEvent<HTMLElement>): void {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  const cells = [...event.currentTarget.children] as HTMLElement[];
  const at = cells.findIndex((cell) => cell.contains(document.activeElement));
  const next = at + by < 0 ? event.currentTarget : cells[at + by];
  event.preventDefault();
  next?.focus();
}

function PlainRow<Row>(props: Props<Row>) {
  const { row, index, top, height, grid, columns, name, isActive, isOpen, isSelected } = props;
  const { words } = useReader();
  return (
    <div
      role="row"
      className={classes.row}
      style={{ transform: `translateY(${top}px)`, height, gridTemplateColumns: grid }}
      data-index={index}
      data-open={isOpen || undefined}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isActive ? 0 : -1}
      onKeyDown={moveAcross}
    >
      {isSelected !== undefined && (
        <div role="gridcell" className={classes.box} data-box tabIndex={-1}>
          <input
            type="checkbox"
            tabIndex={-1}
            aria-label={`${words.table.selectRow}: ${name}`}
            checked={isSelected}
            readOnly
          />
        </div>
      )}
      {columns.map((column) => (
        <div
          role="gridcell"
          key={column.member}
          className={classes.cell}
          data-align={column.align}
          tabIndex={-1}
        >
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}

export const TableRow = memo(PlainRow) as typeof PlainRow;
