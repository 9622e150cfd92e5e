import type { LogLevel } from '@baton/contract/logs-shared';
import { Button, NativeSelect, Switch } from '@mantine/core';
import type { ReactNode, RefObject } from 'react';
import { IconButton } from '../icon-button.tsx';
import { fullCount, shortCount } from '../number/count-in-words.ts';
import { useReader } from '../reader.tsx';
import classes from './log.module.css';
import type { Finding } from './use-find.ts';
import { type LineCopy, MOST_COPIED } from './use-line-copy.ts';

interface Props {
  readonly total: number | undefined;
  readonly least: LogLevel | undefined;
  readonly onLeast: (least: LogLevel | undefined) => void;
  readonly found: Finding | undefined;
  readonly findInput: RefObject<HTMLInputElement | null>;
  readonly wraps: boolean;
  readonly onWraps: (wraps: boolean) => void;
  readonly isLive: boolean;
  readonly follows: boolean;
  readonly onFollows: (follows: boolean) => void;
  readonly onStart: () => void;
  readonly onEnd: () => void;
  readonly picked: number | undefined;
  readonly onCopy: () => void;
  readonly copying: Pick<LineCopy, 'state'>;
  readonly download: ReactNode;
}

const LEVELS: readonly LogLevel[] = ['Debug', 'Info', 'Warn', 'Error', 'Fatal'];

/** Level, words to find, wrap and follow, and what was picked. */
export function LogTools(props: Props) {
  const { total, least, onLeast, found, picked, copying } = props;
  const { words, language } = useReader();
  const { log } = words;
  return (
    <div className={classes.tools} role="toolbar" aria-label={log.toolbar}>
      <NativeSelect
        size="xs"
        aria-label={log.levels}
        value={least ?? ''}
        data={[
          { value: '', label: log.allLevels },
          ...LEVELS.map((level) => ({ value: level, label: log.from(log.level[level]!) })),
        ]}
        onChange={({ currentTarget: { value } }) => onLeast((value || undefined) as LogLevel | undefined)}
      />
      {found && <FindBar found={found} input={props.findInput} />}
      <span className={classes.space} />
      {picked !== undefined && (
        <>
          {copying.state === 'tooMany' && (
            <span role="alert">{log.tooMany(fullCount(MOST_COPIED, language))}</span>
          )}
          <Button
            size="compact-sm"
            variant="light"
            loading={copying.state === 'copying'}
            onClick={props.onCopy}
          >
            {copying.state === 'copied' ? words.copied : log.copyLines(picked, shortCount(picked, language))}
          </Button>
        </>
      )}
      {total !== undefined && (
        <span className={classes.total}>{log.lines(total, shortCount(total, language))}</span>
      )}
      <Switch
        size="xs"
        label={log.wrap}
        checked={props.wraps}
        onChange={(event) => props.onWraps(event.currentTarget.checked)}
      />
      {props.isLive && (
        <Switch
          size="xs"
          label={log.follow}
          checked={props.follows}
          onChange={(event) => props.onFollows(event.currentTarget.checked)}
        />
      )}
      <IconButton icon="up" label={log.start} onClick={props.onStart} />
      <IconButton icon="down" label={log.end} onClick={props.onEnd} />
      {props.download}
    </div>
  );
}

function FindBar({ found, input }: { readonly found: Finding; readonly input: Props['findInput'] }) {
  const { words, language } = useReader();
  const { log } = words;
  const said = found.isLooking
    ? log.finding
    : found.hasFailed
      ? log.failed
      : found.count === undefined
        ? ''
        : found.count === 0
          ? log.noHits
          : log.hits(fullCount(found.index ?? 0, language), fullCount(found.count, language));
  return (
    <div className={classes.find} role="search" aria-label={log.find}>
      <input
        ref={input}
        aria-label={log.find}
        placeholder={log.find}
        value={found.text}
        spellCheck={false}
        onChange={(event) => found.setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') found.step(event.shiftKey);
          if (event.key !== 'Escape' || found.text === '') return;
          event.stopPropagation();
          found.setText('');
        }}
      />
      <span className={classes.hits} role="status">
        {said}
      </span>
      <IconButton
        icon="up"
        size={14}
        label={log.previous}
        disabled={!found.count}
        onClick={() => found.step(false)}
      />
      <IconButton
        icon="down"
        size={14}
        label={log.next}
        disabled={!found.count}
        onClick={() => found.step(true)}
      />
      <IconButton icon="alert" size={15} label={log.nextError} onClick={found.nextError} />
    </div>
  );
}
