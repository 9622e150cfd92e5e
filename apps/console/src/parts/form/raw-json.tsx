import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useReader } from '../reader.tsx';
import type { Faults } from './check.ts';

interface RawProps {
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly faults: Faults;
  readonly isRequired?: boolean;
  readonly description?: string;
}

/** JSON as text. While it is none yet the value stays as it was. */
export function RawJson({ label, value, onChange, faults, isRequired, description }: RawProps) {
  const { words } = useReader();
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2));
  const [why, setWhy] = useState<string>();
  const said = why ? words.form.badJson(why) : [...faults].map(([at, fault]) => `${at} ${fault}`).join('\n');
  return (
    <Textarea
      label={label}
      description={description}
      required={isRequired}
      autosize
      minRows={3}
      maxRows={20}
      spellCheck={false}
      value={text}
      error={said || undefined}
      classNames={{ input: 'parts-mono' }}
      onChange={({ currentTarget: { value: typed } }) => {
        setText(typed);
        try {
          onChange(typed.trim() === '' ? undefined : (JSON.parse(typed) as unknown));
          setWhy(undefined);
        } catch (error) {
          setWhy((error as Error).message);
        }
      }}
    />
  );
}
