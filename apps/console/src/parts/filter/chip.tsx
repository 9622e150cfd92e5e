import { Popover } from '@mantine/core';
import { useState } from 'react';
import { Icon } from '../icons.tsx';
import { useReader } from '../reader.tsx';
import { chipWords } from './chip-words.ts';
import type { Condition, Filterable } from './condition.ts';
import { ConditionEditor } from './condition-editor.tsx';
import classes from './filter.module.css';

interface Props {
  readonly column: Filterable;
  readonly condition: Condition;
  /** It was added just now: its editor is open at once. */
  readonly isNew?: boolean;
  readonly onChange: (condition: Condition) => void;
  readonly onRemove: () => void;
}

/** A filter that is in force: pressed it is changed, its cross takes it away. */
export function Chip({ column, condition, isNew = false, onChange, onRemove }: Props) {
  const reader = useReader();
  const { words } = reader;
  const [isOpen, setOpen] = useState(isNew);
  const said = isNew ? `${column.words}…` : chipWords(condition, column, words, reader);
  return (
    <span className={classes.chip}>
      <Popover
        opened={isOpen}
        onChange={(open) => {
          setOpen(open);
          if (!open && isNew) onRemove();
        }}
        trapFocus
        returnFocus
        position="bottom-start"
        shadow="md"
        transitionProps={{ duration: 0 }}
      >
        <Popover.Target>
          <button
            type="button"
            className={classes.said}
            aria-label={words.filter.edit(said)}
            onClick={() => setOpen(!isOpen)}
          >
            {said}
          </button>
        </Popover.Target>
        <Popover.Dropdown>
          <ConditionEditor
            column={column}
            condition={condition}
            onDone={(next) => {
              setOpen(false);
              onChange(next);
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <button
        type="button"
        className={classes.remove}
        aria-label={words.filter.remove(said)}
        onClick={onRemove}
      >
        <Icon name="cross" size={12} />
      </button>
    </span>
  );
}
