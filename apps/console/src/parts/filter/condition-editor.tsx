import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useReader } from '../reader.tsx';
import { instantOf, wallOf } from '../time/instant-in-words.ts';
import { operatorWords } from './chip-words.ts';
import { type Condition, type Filterable, isSensible, OPERATORS, type Operator } from './condition.ts';
import classes from './filter.module.css';

interface Props {
  readonly column: Filterable;
  readonly condition: Condition;
  readonly onDone: (condition: Condition) => void;
}

const RANGES = ['1h', '2h', '24h', '7d', '30d'];

/** One condition: the comparison, and its value in the way of the column. */
export function ConditionEditor({ column, condition, onDone }: Props) {
  const { words } = useReader();
  const kind = column.filter ?? 'text';
  const [operator, setOperator] = useState<Operator>(condition.operator);
  const [values, setValues] = useState(condition.values);
  const hasValue = operator !== 'empty' && operator !== 'filled';
  const next: Condition = { member: column.member, operator, values: hasValue ? values : [] };

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    if (isSensible(next, kind)) onDone(next);
  };

  return (
    <form className={classes.editor} onSubmit={submit}>
      <NativeSelect
        size="xs"
        label={column.words}
        value={operator}
        data={OPERATORS[kind].map((each) => ({ value: each, label: operatorWords(each, column, words) }))}
        onChange={(event) => setOperator(event.currentTarget.value as Operator)}
      />
      {hasValue && kind === 'choice' && <Choices column={column} values={values} onValues={setValues} />}
      {hasValue && kind === 'flag' && (
        <NativeSelect
          size="xs"
          aria-label={words.filter.value}
          value={values[0]}
          data={[
            { value: 'true', label: words.filter.yes },
            { value: 'false', label: words.filter.no },
          ]}
          onChange={(event) => setValues([event.currentTarget.value])}
        />
      )}
      {hasValue && kind === 'instant' && (
        <Instants
          operator={operator}
          values={values}
          onValues={setValues}
          onDone={(each) => onDone({ ...next, values: [each] })}
        />
      )}
      {hasValue && (kind === 'text' || kind === 'guid' || kind === 'number') && (
        <TextInput
          size="xs"
          data-autofocus
          aria-label={words.filter.value}
          value={values[0] ?? ''}
          inputMode={kind === 'number' ? 'decimal' : undefined}
          error={
            kind === 'number' && values.length > 0 && !isSensible(next, kind)
              ? words.filter.badNumber
              : undefined
          }
          onChange={(event) => setValues(event.currentTarget.value === '' ? [] : [event.currentTarget.value])}
        />
      )}
      <Button type="submit" size="compact-sm" disabled={!isSensible(next, kind)}>
        {words.filter.apply}
      </Button>
    </form>
  );
}

interface ValuesProps {
  readonly values: readonly string[];
  readonly onValues: (values: readonly string[]) => void;
}

function Choices({ column, values, onValues }: ValuesProps & { readonly column: Filterable }) {
  return (
    <fieldset className={classes.choices}>
      <legend className="parts-unseen">{column.words}</legend>
      {column.choices?.map((choice) => (
        <Checkbox
          key={choice.value}
          size="xs"
          label={choice.words}
          checked={values.includes(choice.value)}
          onChange={({ currentTarget: { checked } }) =>
            onValues(checked ? [...values, choice.value] : values.filter((each) => each !== choice.value))
          }
        />
      ))}
    </fieldset>
  );
}

/** A distance from now, which goes on meaning that tomorrow, or a time on the reader's clock. */
function Instants({
  operator,
  values: [value = ''],
  onValues,
  onDone,
}: ValuesProps & { readonly operator: Operator; readonly onDone: (value: string) => void }) {
  const { words, zone } = useReader();
  const known = Date.parse(value);
  const [text, setText] = useState(Number.isNaN(known) ? '' : wallOf(known, zone));
  const at = instantOf(text, zone);
  return (
    <>
      {operator === 'from' && (
        <div className={classes.ranges}>
          {RANGES.map((range) => (
            <Button
              key={range}
              size="compact-xs"
              variant={value === `-${range}` ? 'filled' : 'default'}
              onClick={() => onDone(`-${range}`)}
            >
              {words.filter.range[range]}
            </Button>
          ))}
        </div>
      )}
      <TextInput
        size="xs"
        label={`${words.filter.exactTime} (${zone})`}
        placeholder="2026-11-28 09:00"
        value={text}
        error={text !== '' && at === undefined ? words.filter.badInstant : undefined}
        onChange={({ currentTarget: { value: typed } }) => {
          setText(typed);
          const instant = instantOf(typed, zone);
          onValues(instant === undefined ? [] : [new Date(instant).toISOString()]);
        }}
      />
    </>
  );
}
