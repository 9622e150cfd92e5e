import { useCallback, useMemo, useRef, useState } from 'react';
import { FilterBar } from '../filter/filter-bar.tsx';
import { curlOf, filterOf, optionsOf } from '../filter/odata.ts';
import { Panel } from '../panel/panel.tsx';
import { useReader } from '../reader.tsx';
import { timeNow } from '../time/use-now.ts';
import { BulkBar } from './bulk-bar.tsx';
import { shownColumns } from './columns.ts';
import { ListMenus } from './list-menus.tsx';
import type { TableProps } from './props.ts';
import { NOTHING, type Selection, sizeOf, toggle, toggleLoaded } from './selection.ts';
import type { ListQuery } from './source.ts';
import classes from './table.module.css';
import { TableGrid } from './table-grid.tsx';
import { useRows } from './use-rows.ts';
import { asksTheSame, type View } from './view.ts';

/** The one table of every list. A page declares its columns and acts; all else is here. */
export function DataTable<Row>(props: TableProps<Row>) {
  const { label, columns, source, keyOf, view, onView, order, needs, expand, acts } = props;
  const { words } = useReader();
  const input = useRef<HTMLInputElement>(null);
  const root = useRef<HTMLElement>(null);
  const [widths, setWidths] = useState<Readonly<Record<string, number>>>({});

  const shown = useMemo(() => shownColumns(columns, view.columns), [columns, view.columns]);
  const asked = useMemo(
    () => ({ conditions: view.conditions, search: view.search, query: view.query }),
    [view.conditions, view.search, view.query],
  );
  const searched = useMemo(
    () => columns.filter(({ isSearched }) => isSearched).map(({ member }) => member as string),
    [columns],
  );
  // "The last 24 h" are those before the question, and stay so until it is asked anew.
  const filter = useMemo(() => filterOf(asked, columns, searched, timeNow()), [asked, columns, searched]);
  const sort = view.sort ?? order;
  const query: ListQuery = {
    filter,
    order: sort && `${sort.member}${sort.descending ? ' desc' : ''}`,
    select: needs && [...new Set([...needs, ...shown.map(({ member }) => member.split('/')[0]!)])],
    expand,
    scope: view.scope,
  };
  const list = useRows(source, query);
  const { rows, count = rows.length } = list;
  const keys = useMemo(() => rows.map(keyOf), [rows, keyOf]);

  // A selection is of the rows that were seen: another question makes it void.
  const [chosen, choose] = useState<{ readonly of: View; readonly selection: Selection }>();
  const selection = chosen && asksTheSame(chosen.of, view) ? chosen.selection : NOTHING;
  const select = useCallback((next: Selection): void => choose({ of: view, selection: next }), [view]);

  const address = `${source.address}${optionsOf(query) && `?${optionsOf(query)}`}`;
  const openRow = rows[keys.indexOf(view.open ?? '')];
  const open = (key: string | undefined): void =>
    // To move through the list with the panel open is no step.
    onView({ ...view, open: key }, view.open === undefined || key === undefined);
  const isFiltered = filter !== undefined;

  return (
    <section className={classes.list} ref={root} aria-label={label}>
      {props.tabs}
      <div className={classes.tools}>
        <FilterBar
          label={`${words.filter.label}: ${label}`}
          columns={columns}
          asked={asked}
          filter={filter}
          odata={address}
          curl={curlOf(address, source.headers)}
          isSearched={searched.length > 0}
          inputRef={input}
          onChange={(next, isStep) =>
            onView({ ...view, ...next, search: next.search, query: next.query }, isStep)
          }
        />
        <ListMenus
          columns={columns}
          view={view}
          onView={onView}
          hasScopes={props.hasScopes ?? false}
          count={list.isFirstLoad || list.error ? undefined : count}
          isEstimate={list.isEstimate}
          onDownload={props.onDownload && ((format) => props.onDownload!(format, query, shown))}
          onAgain={list.again}
        />
      </div>
      {props.above}
      <div className={classes.split}>
        <TableGrid
          {...props}
          key={JSON.stringify(source.id)}
          columns={shown}
          sort={sort}
          list={list}
          keys={keys}
          isFiltered={isFiltered}
          onClear={() => onView({ ...view, conditions: [], search: undefined, query: undefined })}
          widths={widths}
          onWidths={setWidths}
          selection={acts && selection}
          onToggle={(key, isRange) => select(toggle(selection, key, keys, isRange))}
          onToggleLoaded={() => select(toggleLoaded(selection, keys))}
          onSelectNone={() => select(NOTHING)}
          onOpen={props.panel && open}
          onFilter={() => input.current?.focus()}
          root={root}
        />
        {props.panel && view.open !== undefined && (
          <Panel
            title={props.panelTitle?.(view.open, openRow) ?? (openRow && props.nameOf(openRow)) ?? view.open}
            onClose={() => open(undefined)}
            onOpenPage={props.onOpenPage && (() => props.onOpenPage!(view.open!))}
          >
            {props.panel(view.open, openRow)}
          </Panel>
        )}
      </div>
      {acts && sizeOf(selection, count) > 0 && (
        <BulkBar
          selection={selection}
          rows={rows}
          keyOf={keyOf}
          count={count}
          isEstimate={list.isEstimate}
          filter={filter}
          scope={view.scope}
          acts={acts}
          onSelection={select}
        />
      )}
      <div className="parts-unseen" aria-live="polite">
        {list.isFirstLoad ? words.table.loading : words.table.rows(count, String(count))}
      </div>
    </section>
  );
}
