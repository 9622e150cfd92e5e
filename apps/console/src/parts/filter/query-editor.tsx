import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useReader } from '../reader.tsx';
import { useCopied } from '../use-copied.ts';
import classes from './filter.module.css';

interface Props {
  /** The $filter that is in force. */
  readonly filter: string;
  /** A person wrote it: there are no chips behind it. */
  readonly isOwn: boolean;
  readonly onApply: (filter: string | undefined) => void;
  readonly odata: string;
  readonly curl: string;
}

/** The query behind the chips, to read, to change and to take along. */
export function QueryEditor({ filter, isOwn, onApply, odata, curl }: Props) {
  const { words } = useReader();
  const [text, setText] = useState(filter);
  const [isODataCopied, copyOData] = useCopied();
  const [isCurlCopied, copyCurl] = useCopied();
  return (
    <div className={classes.query}>
      <Textarea
        size="xs"
        label="$filter"
        description={words.filter.queryHint}
        autosize
        minRows={2}
        maxRows={8}
        value={text}
        spellCheck={false}
        classNames={{ input: 'parts-mono' }}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className={classes.acts}>
        <Button size="compact-sm" disabled={text === filter} onClick={() => onApply(text.trim())}>
          {words.filter.apply}
        </Button>
        {isOwn && (
          <Button size="compact-sm" variant="default" onClick={() => onApply(undefined)}>
            {words.filter.useChips}
          </Button>
        )}
        <Button size="compact-sm" variant="subtle" onClick={() => copyOData(odata)}>
          {isODataCopied ? words.copied : words.filter.copyOData}
        </Button>
        <Button size="compact-sm" variant="subtle" onClick={() => copyCurl(curl)}>
          {isCurlCopied ? words.copied : words.filter.copyCurl}
        </Button>
      </div>
    </div>
  );
}
