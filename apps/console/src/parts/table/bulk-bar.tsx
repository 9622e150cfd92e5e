import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { shortCount } from '../number/count-in-words.ts';
import { useReader } from '../reader.tsx';
import { NOTHING, type Selection, sizeOf } from './selection.ts';
import classes from './table.module.css';
import type { Scope } from './view.ts';

/** What a bulk act is done to. */
export interface Chosen<Row> {
  readonly count: number;
  readonly isEstimate: boolean;
  /** Those that are selected and loaded: samples to show. */
  readonly rows: readonly Row[];
  /** Absent: everything that `filter` and `scope` match, as the server finds it. */
  readonly keys?: readonly string[];
  readonly filter?: string;
  readonly scope?: Scope;
  readonly clear: () => void;
}

interface Props<Row> {
  readonly selection: Selection;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly count: number;
  readonly isEstimate: boolean;
  readonly filter: string | undefined;
  readonly scope: Scope | undefined;
  readonly acts: (chosen: Chosen<Row>) => ReactNode;
  readonly onSelection: (selection: Selection) => void;
}

/** What is selected, what can be done with it, and the way to everything that matches. */
export function BulkBar<Row>(props: Props<Row>) {
  const { selection, rows, keyOf, count, isEstimate, filter, scope, acts, onSelection } = props;
  const { words, language } = useReader();
  const isByFilter = selection.by === 'filter';
  const size = sizeOf(selection, count);
  const all = shortCount(count, language, isEstimate);
  const chosen: Chosen<Row> = {
    count: size,
    isEstimate: isByFilter && isEstimate,
    rows: isByFilter ? rows : rows.filter((row) => selection.keys.has(keyOf(row))),
    keys: isByFilter ? undefined : [...selection.keys],
    filter: isByFilter ? filter : undefined,
    scope: isByFilter ? scope : undefined,
    clear: () => onSelection(NOTHING),
  };
  return (
    <div className={classes.bulk} role="toolbar" aria-label={words.table.selected(size, String(size))}>
      <strong aria-live="polite">
        {isByFilter
          ? words.table.selectedByFilter(all)
          : words.table.selected(size, shortCount(size, language))}
      </strong>
      <div className={classes.acts}>{acts(chosen)}</div>
      {!isByFilter && count > size && (
        <Button size="compact-sm" variant="subtle" onClick={() => onSelection({ by: 'filter' })}>
          {words.table.selectByFilter(all)}
        </Button>
      )}
      <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onSelection(NOTHING)}>
        {words.table.selectNone}
      </Button>
    </div>
  );
}
