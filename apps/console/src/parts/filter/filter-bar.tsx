import { Menu, Popover } from '@mantine/core';
import { type KeyboardEvent, type Ref, useEffect, useRef, useState } from 'react';
import { IconButton } from '../icon-button.tsx';
import { Icon } from '../icons.tsx';
import { useReader } from '../reader.tsx';
import { Chip } from './chip.tsx';
import { type Condition, type Filterable, firstCondition, readConditions } from './condition.ts';
import classes from './filter.module.css';
import { type Asked } from './odata.ts';
import { QueryEditor } from './query-editor.tsx';

interface Props {
  /** Told apart from the filters of other lists: "Filter: Jobs". */
  readonly label: string;
  readonly columns: readonly Filterable[];
  readonly asked: Asked;
  /** @param isStep Back undoes it; words that are being typed are none */
  readonly onChange: (asked: Asked, isStep: boolean) => void;
  /** The $filter that is in force. */
  readonly filter: string | undefined;
  /** The whole query, for copying. */
  readonly odata: string;
  readonly curl: string;
  /** The table finds words in no column: there is nothing to type. */
  readonly isSearched: boolean;
  readonly inputRef?: Ref<HTMLInputElement>;
}

/** Type to filter, chips for what is in force, and the query behind them. */
export function FilterBar(props: Props) {
  const { columns, asked, onChange, filter, odata, curl, isSearched, inputRef } = props;
  const { words } = useReader();
  const [added, setAdded] = useState<Filterable>();
  const [isQueryOpen, openQuery] = useState(false);
  const filterable = columns.filter((column) => column.filter);
  const isOwn = asked.query !== undefined;

  const change = (conditions: readonly Condition[]): void => onChange({ ...asked, conditions }, true);

  return (
    <div className={classes.bar} role="search" aria-label={props.label}>
      <Icon name="find" size={15} />
      {isOwn && (
        <span className={classes.chip}>
          <button type="button" className={classes.said} onClick={() => openQuery(true)}>
            {words.filter.ownQuery}
          </button>
          <button
            type="button"
            className={classes.remove}
            aria-label={words.filter.remove(words.filter.ownQuery)}
            onClick={() => onChange({ ...asked, query: undefined }, true)}
          >
            <Icon name="cross" size={12} />
          </button>
        </span>
      )}
      {!isOwn &&
        asked.conditions.map((condition, index) => {
          const column = filterable.find(({ member }) => member === condition.member);
          return (
            column && (
              <Chip
                // Two chips of one column are told by their place.
                // oxlint-disable-next-line react/no-array-index-key
                key={`${condition.member} ${index}`}
                column={column}
                condition={condition}
                onChange={(next) => change(asked.conditions.with(index, next))}
                onRemove={() => change(asked.conditions.toSpliced(index, 1))}
              />
            )
          );
        })}
      {added && (
        <Chip
          key={`new ${added.member}`}
          isNew
          column={added}
          condition={firstCondition(added)}
          onChange={(next) => {
            setAdded(undefined);
            change([...asked.conditions, next]);
          }}
          onRemove={() => setAdded(undefined)}
        />
      )}
      {isSearched ? (
        <Words
          asked={asked}
          columns={filterable}
          onChange={onChange}
          onColumn={setAdded}
          inputRef={inputRef}
        />
      ) : (
        <span className={classes.space} />
      )}
      {!isOwn && filterable.length > 0 && (
        <Menu position="bottom-end" shadow="md" transitionProps={{ duration: 0 }}>
          <Menu.Target>
            <IconButton icon="plus" label={words.filter.add} />
          </Menu.Target>
          <Menu.Dropdown>
            {filterable.map((column) => (
              // Only after the menu has given the focus back can the editor take it.
              <Menu.Item key={column.member} onClick={() => setTimeout(() => setAdded(column))}>
                {column.words}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <Popover
        opened={isQueryOpen}
        onChange={openQuery}
        trapFocus
        returnFocus
        position="bottom-end"
        width={480}
        shadow="md"
        transitionProps={{ duration: 0 }}
      >
        <Popover.Target>
          <IconButton icon="code" label={words.filter.query} onClick={() => openQuery(!isQueryOpen)} />
        </Popover.Target>
        <Popover.Dropdown>
          <QueryEditor
            key={filter}
            filter={filter ?? ''}
            isOwn={isOwn}
            odata={odata}
            curl={curl}
            onApply={(query) => {
              openQuery(false);
              // What was typed is in the query already.
              onChange({ conditions: asked.conditions, query }, true);
            }}
          />
        </Popover.Dropdown>
      </Popover>
    </div>
  );
}

/** While a person types, the list follows a quarter of a second behind. */
const PAUSE = 250;

function Words({
  asked,
  columns,
  onChange,
  onColumn,
  inputRef,
}: Pick<Props, 'asked' | 'columns' | 'onChange' | 'inputRef'> & {
  readonly onColumn: (column: Filterable) => void;
}) {
  const { words } = useReader();
  const { search = '' } = asked;
  const [text, setText] = useState(search);
  const [sent, setSent] = useState(search);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // The address changed by another hand, such as Back.
  if (search !== sent) {
    setSent(search);
    setText(search);
  }
  useEffect(() => () => clearTimeout(timer.current), []);

  const send = (typed: string): void => {
    clearTimeout(timer.current);
    const { conditions, rest } = readConditions(typed, (member) =>
      columns.some((each) => each.member === member),
    );
    if (conditions.length > 0) setText(rest);
    setSent(rest);
    onChange(
      { ...asked, conditions: [...asked.conditions, ...conditions], search: rest || undefined },
      conditions.length > 0,
    );
  };

  const named =
    text.trim() === ''
      ? undefined
      : columns.find(({ words: own }) => own.toLowerCase() === text.trim().toLowerCase());

  const key = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      event.preventDefault();
      if (!named) return send(text);
      clearTimeout(timer.current);
      setText('');
      if (search) send('');
      onColumn(named);
    } else if (event.key === 'Backspace' && text === '' && asked.conditions.length > 0) {
      onChange({ ...asked, conditions: asked.conditions.slice(0, -1) }, true);
    } else if (event.key === 'Escape' && text !== '') {
      event.stopPropagation();
      setText('');
      send('');
    }
  };

  return (
    <input
      ref={inputRef}
      className={classes.input}
      aria-label={words.filter.label}
      placeholder={asked.conditions.length === 0 ? words.filter.placeholder : ''}
      value={text}
      spellCheck={false}
      autoComplete="off"
      onKeyDown={key}
      onChange={({ currentTarget: { value } }) => {
        setText(value);
        clearTimeout(timer.current);
        // A condition being typed is not yet one: it is taken with Enter.
        if (!/[:~<>]\S*$/.test(value)) timer.current = setTimeout(() => send(value), PAUSE);
      }}
    />
  );
}
