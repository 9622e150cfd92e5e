import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { IconButton } from '../icon-button.tsx';
import { useReader } from '../reader.tsx';
import type { Faults } from './check.ts';
import classes from './form.module.css';
import { RawJson } from './raw-json.tsx';
import {
  firstValue,
  kindOf,
  type Path,
  pointerOf,
  readValue,
  type Schema,
  valueAt,
  withValue,
} from './schema.ts';

interface Props {
  readonly schema: Schema;
  /** The value of the whole form; `path` leads to that of this field. */
  readonly whole: unknown;
  readonly path: Path;
  /** Undefined at the root. */
  readonly name: string | undefined;
  readonly isRequired?: boolean;
  readonly faults: Faults;
  readonly isSent: boolean;
  readonly onChange: (whole: unknown) => void;
}

/** One member by its kind; objects and lists hold more of them. */
export function SchemaField(props: Props) {
  const { schema, path, name, whole, onChange, isRequired, faults, isSent } = props;
  const kind = kindOf(schema);
  const label = schema.title ?? name ?? '';
  const value = valueAt(whole, path);
  if (kind === 'object') return <Members {...props} label={label} />;
  if (kind === 'list') return <Entries {...props} label={label} />;
  const set = (next: unknown): void => onChange(withValue(whole, path, next));
  if (kind === 'json')
    return (
      <RawJson
        label={label}
        description={schema.description}
        isRequired={isRequired}
        value={value}
        onChange={set}
        faults={isSent ? new Map([...faults].filter(([at]) => at.startsWith(pointerOf(path)))) : new Map()}
      />
    );
  return <Single {...props} label={label} value={value} onValue={set} />;
}

interface Labelled extends Props {
  readonly label: string;
}

function Single(props: Labelled & { readonly value: unknown; readonly onValue: (value: unknown) => void }) {
  const { schema, path, label, value, onValue, isRequired, faults, isSent } = props;
  const { words } = useReader();
  const [wasLeft, setLeft] = useState(false);
  const kind = kindOf(schema);
  // While one types for the first time nothing is wrong yet.
  const fault = wasLeft || isSent ? faults.get(pointerOf(path)) : undefined;
  const hint =
    schema.default === undefined ? undefined : words.form.byDefault(JSON.stringify(schema.default));
  const common = {
    label,
    description: [schema.description, hint].filter(Boolean).join(' ') || undefined,
    required: isRequired,
    error: fault,
    size: 'sm',
    onBlur: () => setLeft(true),
  } as const;
  if (kind === 'boolean' || kind === 'choice') {
    const values = kind === 'boolean' ? [true, false] : schema.enum!;
    const at = values.findIndex((each) => JSON.stringify(each) === JSON.stringify(value));
    const said = (each: unknown): string => {
      if (kind === 'boolean') return each ? words.form.yes : words.form.no;
      return typeof each === 'string' ? each : JSON.stringify(each);
    };
    return (
      <NativeSelect
        {...common}
        value={at < 0 ? '' : String(at)}
        data={[
          { value: '', label: words.form.unset },
          ...values.map((each, n) => ({ value: String(n), label: said(each) })),
        ]}
        onChange={({ currentTarget: { value: chosen } }) =>
          onValue(chosen === '' ? undefined : values[Number(chosen)])
        }
      />
    );
  }
  return (
    <TextInput
      {...common}
      value={value === undefined || value === null ? '' : String(value)}
      type={kind === 'date' ? 'date' : 'text'}
      placeholder={kind === 'date-time' ? '2026-11-28T09:00:00Z' : undefined}
      inputMode={kind === 'integer' ? 'numeric' : kind === 'number' ? 'decimal' : undefined}
      onChange={({ currentTarget: { value: typed } }) => onValue(readValue(typed, kind))}
    />
  );
}

function Members({ label, schema, path, ...rest }: Labelled) {
  const members = Object.entries(schema.properties ?? {}).map(([name, each]) => (
    <SchemaField
      {...rest}
      key={name}
      schema={each}
      path={[...path, name]}
      name={name}
      isRequired={schema.required?.includes(name)}
    />
  ));
  if (path.length === 0) return <div className={classes.members}>{members}</div>;
  return (
    <fieldset className={classes.group}>
      <legend>{label}</legend>
      {schema.description && <p className={classes.description}>{schema.description}</p>}
      <div className={classes.members}>{members}</div>
    </fieldset>
  );
}

function Entries({ label, schema, path, whole, onChange, faults, isSent, ...rest }: Labelled) {
  const { words } = useReader();
  const value = valueAt(whole, path);
  const entries = Array.isArray(value) ? (value as unknown[]) : [];
  const set = (next: readonly unknown[]): void =>
    onChange(withValue(whole, path, next.length === 0 && !rest.isRequired ? undefined : next));
  const fault = isSent ? faults.get(pointerOf(path)) : undefined;
  return (
    <fieldset className={classes.group}>
      <legend>{label}</legend>
      {schema.description && <p className={classes.description}>{schema.description}</p>}
      {entries.map((_, at) => (
        <div className={classes.entry} key={`entry ${String(at)}`}>
          <div className={classes.grows}>
            <SchemaField
              {...rest}
              isRequired={false}
              schema={schema.items!}
              path={[...path, at]}
              name={words.form.entry(at + 1)}
              whole={whole}
              onChange={onChange}
              faults={faults}
              isSent={isSent}
            />
          </div>
          <IconButton
            icon="cross"
            size={14}
            label={words.form.remove(at + 1)}
            onClick={() => set(entries.toSpliced(at, 1))}
          />
        </div>
      ))}
      <Button
        size="compact-sm"
        variant="default"
        aria-label={words.form.addTo(label)}
        onClick={() => set([...entries, firstValue(schema.items!) ?? emptyOf(schema.items!)])}
      >
        {words.form.add}
      </Button>
      {fault && (
        <p className={classes.faults} role="alert">
          {fault}
        </p>
      )}
    </fieldset>
  );
}

/** With what an entry begins that has no default. */
function emptyOf(schema: Schema): unknown {
  const kind = kindOf(schema);
  if (kind === 'object') return {};
  if (kind === 'list') return [];
  return kind === 'text' ? '' : null;
}
