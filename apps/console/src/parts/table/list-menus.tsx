import { Menu, NativeSelect, Popover, SegmentedControl } from '@mantine/core';
import { IconButton } from '../icon-button.tsx';
import { Count } from '../number/count.tsx';
import { shortCount } from '../number/count-in-words.ts';
import { type Density, useReader } from '../reader.tsx';
import { type Column, moveColumn, shownColumns, toggleColumn } from './columns.ts';
import classes from './table.module.css';
import type { Scope, View } from './view.ts';

export type DownloadFormat = 'csv' | 'ndjson';

interface Props<Row> {
  readonly columns: readonly Column<Row>[];
  readonly view: View;
  readonly onView: (view: View, isStep?: boolean) => void;
  readonly hasScopes: boolean;
  readonly count: number | undefined;
  readonly isEstimate: boolean;
  readonly onDownload?: (format: DownloadFormat) => void;
  readonly onAgain: () => void;
}

/** Right of the filter: how many, from where, which columns, and to take along. */
export function ListMenus<Row>(props: Props<Row>) {
  const { columns, view, onView, hasScopes, count, isEstimate, onDownload, onAgain } = props;
  const { words, language } = useReader();
  return (
    <div className={classes.menus}>
      {count !== undefined && (
        <span className={classes.count}>
          {language === 'en' ? (
            <>
              <Count value={count} isEstimate={isEstimate} /> {count === 1 ? 'row' : 'rows'}
            </>
          ) : (
            words.table.rows(count, shortCount(count, language, isEstimate))
          )}
        </span>
      )}
      {hasScopes && (
        <NativeSelect
          size="xs"
          aria-label={words.table.scopeOf}
          value={view.scope ?? 'folder'}
          data={(['folder', 'below', 'all'] as const).map((value) => ({
            value,
            label: words.table.scope[value],
          }))}
          onChange={({ currentTarget: { value } }) =>
            onView({ ...view, scope: value === 'folder' ? undefined : (value as Scope) })
          }
        />
      )}
      <Popover position="bottom-end" shadow="md" trapFocus returnFocus transitionProps={{ duration: 0 }}>
        <Popover.Target>
          <IconButton icon="columns" label={words.table.columns} />
        </Popover.Target>
        <Popover.Dropdown>
          <ColumnChoice columns={columns} view={view} onView={onView} />
        </Popover.Dropdown>
      </Popover>
      {onDownload && (
        <Menu position="bottom-end" shadow="md" transitionProps={{ duration: 0 }}>
          <Menu.Target>
            <IconButton icon="download" label={words.table.download} />
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => onDownload('csv')}>{words.table.downloadCsv}</Menu.Item>
            <Menu.Item onClick={() => onDownload('ndjson')}>{words.table.downloadNdjson}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      <IconButton icon="refresh" label={words.table.refresh} onClick={onAgain} />
    </div>
  );
}

/** Which columns, in which order, and how high the rows are. */
function ColumnChoice<Row>({ columns, view, onView }: Pick<Props<Row>, 'columns' | 'view' | 'onView'>) {
  const { words, density, setDensity } = useReader();
  const shown = shownColumns(columns, view.columns);
  const hidden = columns.filter((column) => !shown.includes(column));
  const set = (chosen: readonly string[] | undefined): void => onView({ ...view, columns: chosen });
  return (
    <div className={classes.choice}>
      <ul>
        {[...shown, ...hidden].map((column) => {
          const at = shown.indexOf(column);
          return (
            <li key={column.member}>
              <label>
                <input
                  type="checkbox"
                  checked={at >= 0}
                  disabled={at >= 0 && shown.length === 1}
                  onChange={() => set(toggleColumn(columns, view.columns, column.member))}
                />
                {column.words}
              </label>
              {at >= 0 && (
                <>
                  <IconButton
                    icon="up"
                    size={14}
                    label={words.table.up(column.words)}
                    disabled={at === 0}
                    onClick={() => set(moveColumn(columns, view.columns, column.member, -1))}
                  />
                  <IconButton
                    icon="down"
                    size={14}
                    label={words.table.down(column.words)}
                    disabled={at === shown.length - 1}
                    onClick={() => set(moveColumn(columns, view.columns, column.member, 1))}
                  />
                </>
              )}
            </li>
          );
        })}
      </ul>
      <div className={classes.choiceEnd}>
        <button
          type="button"
          className={classes.link}
          disabled={!view.columns}
          onClick={() => set(undefined)}
        >
          {words.table.columnsReset}
        </button>
        <SegmentedControl
          size="xs"
          aria-label={words.table.density}
          value={density}
          data={[
            { value: 'comfortable', label: words.table.comfortable },
            { value: 'compact', label: words.table.compact },
          ]}
          onChange={(value) => setDensity(value as Density)}
        />
      </div>
    </div>
  );
}
