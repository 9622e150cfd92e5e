import { Button } from '@mantine/core';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import {
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { Icon } from '../icons.tsx';
import { fullCount } from '../number/count-in-words.ts';
import { useReader } from '../reader.tsx';
import { ErrorState } from '../states/error-state.tsx';
import { type Column, gridOf } from './columns.ts';
import { type Act, actOf, isTyping } from './keys.ts';
import type { TableProps } from './props.ts';
import { isSelected, type Selection } from './selection.ts';
import classes from './table.module.css';
import { TableHead } from './table-head.tsx';
import { TableRow } from './table-row.tsx';
import type { Rows } from './use-rows.ts';
import { nextSort, type Sort, searchOf } from './view.ts';

interface Props<Row> extends Omit<TableProps<Row>, 'columns' | 'order'> {
  readonly columns: readonly Column<Row>[];
  readonly sort: Sort | undefined;
  readonly list: Rows<Row>;
  readonly keys: readonly string[];
  readonly isFiltered: boolean;
  readonly onClear: () => void;
  readonly widths: Readonly<Record<string, number>>;
  readonly onWidths: (widths: Readonly<Record<string, number>>) => void;
  readonly selection: Selection | undefined;
  readonly onToggle: (key: string, isRange: boolean) => void;
  readonly onToggleLoaded: () => void;
  readonly onSelectNone: () => void;
  readonly onOpen?: (key: string | undefined) => void;
  readonly onFilter: () => void;
  /** The list with its panel: in all of it the keys work. */
  readonly root: RefObject<HTMLElement | null>;
}

const HEIGHTS = { comfortable: 36, compact: 28 } as const;
/** Rows that are left when the next page is asked for. */
const AHEAD = 30;
/** Where each list stood: Back restores it. */
const places = new Map<string, number>();

/** Head and rows. Only the rows in sight are in the document, and the one that has the focus. */
export function TableGrid<Row>(props: Props<Row>) {
  const { label, columns, list, keys, source, view, onView, sort, selection, widths } = props;
  const { rows, count = rows.length } = list;
  const { words, density, language } = useReader();
  const height = HEIGHTS[density];
  const scroller = useRef<HTMLDivElement>(null);
  const wantsFocus = useRef(false);
  const { open: _open, columns: _columns, ...asked } = searchOf(view);
  const place = JSON.stringify([source.id, asked]);

  const [activeKey, setActiveKey] = useState<string>();
  const active = Math.max(0, keys.indexOf(activeKey ?? view.open ?? ''));

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    initialOffset: () => places.get(place) ?? 0,
    scrollPaddingStart: height,
    rangeExtractor: (range) => [...new Set([...defaultRangeExtractor(range), active])].sort((a, b) => a - b),
  });
  const items = virtual.getVirtualItems();

  useEffect(() => virtual.measure(), [virtual, height]);
  // Another question begins at its top, or where it was left.
  useLayoutEffect(() => {
    scroller.current?.scrollTo({ top: places.get(place) ?? 0 });
  }, [place]);
  const last = items.at(-1)?.index ?? 0;
  const { more } = list;
  useEffect(() => {
    if (last >= rows.length - AHEAD) more();
  }, [last, rows.length, more]);

  const move = (to: number): void => {
    const index = Math.min(rows.length - 1, Math.max(0, to));
    const key = keys[index];
    if (key === undefined) return;
    wantsFocus.current = true;
    setActiveKey(key);
    virtual.scrollToIndex(index);
    if (view.open !== undefined && view.open !== key) props.onOpen?.(key);
  };
  // The row may have come into the document only now.
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    scroller.current?.querySelector<HTMLElement>(`[data-index="${active}"]`)?.focus({ preventScroll: true });
  });

  const isEmpty = !list.isFirstLoad && rows.length === 0 && !list.error;
  const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 600) / height) - 2);
  const ACTS: Readonly<Record<Act, (key: string) => void>> = {
    down: () => move(active + 1),
    up: () => move(active - 1),
    pageDown: () => move(active + page),
    pageUp: () => move(active - page),
    first: () => move(0),
    last: () => move(rows.length - 1),
    selectDown: (key) => selectAndMove(key, 1),
    selectUp: (key) => selectAndMove(key, -1),
    select: (key) => props.onToggle(key, false),
    selectLoaded: () => props.onToggleLoaded(),
    open: (key) => props.onOpen?.(key),
    page: (key) => props.onOpenPage?.(key),
    filter: () => props.onFilter(),
    close: () => {
      if (view.open === undefined) return props.onSelectNone();
      wantsFocus.current = true;
      props.onOpen?.(undefined);
    },
  };
  function selectAndMove(key: string, by: 1 | -1): void {
    const to = keys[active + by];
    if (selection?.by === 'rows' && !selection.keys.has(key)) props.onToggle(key, false);
    if (to !== undefined) props.onToggle(to, true);
    move(active + by);
  }

  const press = (event: globalThis.KeyboardEvent | KeyboardEvent): void => {
    if (isTyping(event.target) || event.defaultPrevented) return;
    const act = actOf(event);
    const key = keys[active];
    if (!act || (key === undefined && act !== 'filter')) return;
    const isHere = scroller.current?.contains(event.target as Node) && !isControl(event.target);
    // Letters work anywhere in the list and its panel; keys that scroll or press only on its rows.
    if (event.key.length > 1 || event.key === ' ') {
      if (!isHere && act !== 'close') return;
    }
    if (!selection && act.startsWith('select')) return;
    event.preventDefault();
    ACTS[act](key ?? '');
  };
  const newest = useRef(press);
  useLayoutEffect(() => {
    newest.current = press;
  });
  const { root } = props;
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent): void => {
      const target = event.target as Node | null;
      if (target === document.body || (target && root.current?.contains(target))) newest.current(event);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [root]);

  const click = (event: MouseEvent): void => {
    const target = event.target as Element;
    const index = Number(target.closest<HTMLElement>('[data-index]')?.dataset['index']);
    const key = keys[index];
    if (key === undefined) return;
    const isBox = target.closest('[data-box]') !== null;
    if (!isBox && isControl(target)) return;
    setActiveKey(key);
    if (selection && (isBox || event.shiftKey || event.ctrlKey || event.metaKey))
      return props.onToggle(key, event.shiftKey);
    // Who marks text to copy it does not want the panel.
    if (window.getSelection()?.isCollapsed !== false) props.onOpen?.(key);
  };

  const grid = `${selection ? '40px ' : ''}${gridOf(columns, widths)}`;
  const width = columns.reduce(
    (sum, { member, width: own }) => sum + (widths[member] ?? own),
    selection ? 40 : 0,
  );
  const { fresh = 0 } = props;
  return (
    <div className={classes.main}>
      {fresh > 0 && (
        <button
          type="button"
          className={classes.fresh}
          onClick={() => {
            scroller.current?.scrollTo({ top: 0 });
            list.again();
            props.onFresh?.();
          }}
        >
          <Icon name="up" size={13} />
          {words.table.fresh(fresh, fullCount(fresh, language))}
        </button>
      )}
      <div className="parts-unseen" role="status">
        {fresh > 0 && words.table.fresh(fresh, fullCount(fresh, language))}
      </div>
      <div
        ref={scroller}
        className={classes.scroller}
        data-old={list.isOld || undefined}
        role="grid"
        tabIndex={rows.length === 0 ? 0 : -1}
        aria-label={label}
        aria-rowcount={list.hasMore ? -1 : count + 1}
        aria-colcount={columns.length + (selection ? 1 : 0)}
        aria-multiselectable={selection ? true : undefined}
        aria-busy={list.isFirstLoad || list.isOld}
        onClick={click}
        onScroll={(event) => places.set(place, event.currentTarget.scrollTop)}
      >
        <TableHead
          columns={columns}
          grid={grid}
          minWidth={width}
          sort={sort}
          onSort={(member) => onView({ ...view, sort: nextSort(view.sort ?? sort, member) })}
          widths={widths}
          onWidths={props.onWidths}
          selection={selection}
          areAllSelected={
            selection !== undefined && keys.length > 0 && keys.every((key) => isSelected(selection, key))
          }
          onToggleLoaded={props.onToggleLoaded}
        />
        <div
          role="rowgroup"
          className={classes.body}
          style={{ height: list.isFirstLoad ? undefined : virtual.getTotalSize(), minWidth: width }}
        >
          {list.isFirstLoad && !list.error
            ? Array.from({ length: 12 }, (_, index) => (
                <Skeleton
                  key={String(index)}
                  columns={columns.length + (selection ? 1 : 0)}
                  grid={grid}
                  height={height}
                />
              ))
            : items.map(({ index, start }) => (
                <TableRow
                  key={keys[index]}
                  row={rows[index]!}
                  index={index}
                  top={start}
                  height={height}
                  grid={grid}
                  columns={columns}
                  name={props.nameOf(rows[index]!)}
                  isActive={index === active}
                  isOpen={keys[index] === view.open}
                  isSelected={selection && isSelected(selection, keys[index]!)}
                />
              ))}
        </div>
        {isEmpty && (
          <Said>
            {props.isFiltered ? (
              <div className={classes.nothing}>
                {words.table.noRows}
                <Button size="compact-sm" variant="default" onClick={props.onClear}>
                  {words.table.clearFilter}
                </Button>
              </div>
            ) : (
              props.empty
            )}
          </Said>
        )}
        {Boolean(list.error) && (
          <Said>
            <ErrorState what={words.table.failed} error={list.error} onRetry={list.again} />
          </Said>
        )}
        {(list.moreFailed || list.isLoadingMore) && (
          <Said>
            <div className={classes.nothing}>
              {list.moreFailed ? words.table.moreFailed : words.table.more}
              {list.moreFailed && (
                <Button size="compact-sm" variant="default" onClick={list.again}>
                  {words.retry}
                </Button>
              )}
            </div>
          </Said>
        )}
      </div>
    </div>
  );
}

/** In a grid everything stands in a row and a cell. */
function Said({ children }: { readonly children: React.ReactNode }) {
  return (
    <div role="rowgroup" className={classes.said}>
      <div role="row">
        <div role="gridcell">{children}</div>
      </div>
    </div>
  );
}

function Skeleton({
  columns,
  grid,
  height,
}: {
  readonly columns: number;
  readonly grid: string;
  readonly height: number;
}) {
  return (
    <div role="row" className={classes.skeleton} style={{ gridTemplateColumns: grid, height }}>
      {Array.from({ length: columns }, (_, index) => (
        <div role="gridcell" key={String(index)}>
          <span />
        </div>
      ))}
    </div>
  );
}

const isControl = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('a,button,input,select,textarea,[role=button]') !== null;
