import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useReader } from '../reader.tsx';
import { check, type Faults } from './check.ts';
import classes from './form.module.css';
import { RawJson } from './raw-json.tsx';
import { kindOf, type Schema } from './schema.ts';
import { SchemaField } from './schema-field.tsx';

interface Props {
  readonly schema: Schema;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** Someone tried to send it: faults of members that were not touched are shown, too. */
  readonly isSent?: boolean;
  readonly label: string;
}

/** What is wrong with a value, to ask before it is sent. */
export function useFaults(schema: Schema, value: unknown): Faults {
  const { words } = useReader();
  return check(schema, value ?? (kindOf(schema) === 'object' ? {} : undefined), words.form);
}

/** A form for a JSON Schema: each member by its kind, or all of it as JSON. */
export function SchemaForm({ schema, value, onChange, isSent = false, label }: Props) {
  const { words } = useReader();
  const [isRaw, setRaw] = useState(kindOf(schema) === 'json');
  const faults = useFaults(schema, value);
  const isEmpty = kindOf(schema) === 'object' && Object.keys(schema.properties ?? {}).length === 0;
  return (
    <div className={classes.form} role="group" aria-label={label}>
      {kindOf(schema) !== 'json' && (
        <SegmentedControl
          size="xs"
          className={classes.mode}
          aria-label={label}
          value={isRaw ? 'raw' : 'fields'}
          data={[
            { value: 'fields', label: words.form.fields },
            { value: 'raw', label: words.form.raw },
          ]}
          onChange={(mode) => setRaw(mode === 'raw')}
        />
      )}
      {isRaw ? (
        <RawJson label={label} value={value} onChange={onChange} faults={isSent ? faults : new Map()} />
      ) : isEmpty ? (
        <p className="parts-second">{words.form.empty}</p>
      ) : (
        <SchemaField
          schema={schema}
          whole={value}
          path={[]}
          name={undefined}
          faults={faults}
          isSent={isSent}
          onChange={onChange}
        />
      )}
      {isSent && faults.size > 0 && (
        <p className={classes.faults} role="alert">
          {words.form.faults(faults.size)}
        </p>
      )}
    </div>
  );
}
