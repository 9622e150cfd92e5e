import { memo } from 'react';
import { useReader } from '../reader.tsx';
import { exactDuration } from '../time/duration-in-words.ts';
import { clockTime, exact } from '../time/instant-in-words.ts';
import { markHits, type Piece, readAnsi } from './ansi.ts';
import classes from './log.module.css';
import type { LogLine } from './log-store.ts';

interface Props {
  readonly n: number;
  /** Absent while it is on its way. */
  readonly line: LogLine | undefined;
  /** When the line before was written. */
  readonly before: number | undefined;
  readonly hasFailed: boolean;
  readonly sought: string;
  readonly isHit: boolean;
  readonly isPicked: boolean;
  readonly isUnfolded: boolean;
  readonly onUnfold: (n: number) => void;
}

const LETTERS = { Trace: 'T', Debug: 'D', Info: 'I', Warn: 'W', Error: 'E', Fatal: 'F' } as const;

function PlainLine(props: Props) {
  const { n, line, before, hasFailed, sought, isHit, isPicked, isUnfolded, onUnfold } = props;
  const reader = useReader();
  const { words } = reader;
  const delta = line && before !== undefined ? `\n+${exactDuration(line.at - before, words.duration)}` : '';
  return (
    <div
      className={classes.line}
      data-line={n}
      data-level={line?.level}
      data-hit={isHit || undefined}
      data-picked={isPicked || undefined}
    >
      <span className={classes.number} data-gutter aria-hidden="true">
        {n + 1}
      </span>
      {line ? (
        <>
          <span className={classes.time} data-hint={exact(line.at, reader) + delta}>
            {clockTime(line.at, reader, true)}
          </span>
          <span className={classes.level}>
            <span aria-hidden="true">{LETTERS[line.level]}</span>
            <span className="parts-unseen">{words.log.level[line.level]}</span>
          </span>
          <span className={classes.text}>
            {line.fields && (
              <button
                type="button"
                className={classes.fold}
                aria-expanded={isUnfolded}
                aria-label={`${words.log.fields}, ${words.log.line(String(n + 1))}`}
                onClick={() => onUnfold(n)}
              >
                {isUnfolded ? '−' : '+'}
              </button>
            )}
            {textsOf(markHits(readAnsi(line.text), sought))}
            {isUnfolded && line.fields && (
              <span className={classes.fields}>
                {Object.entries(line.fields).map(([name, value]) => (
                  <span key={name}>
                    <b>{name}</b> {typeof value === 'string' ? value : JSON.stringify(value)}
                    {'\n'}
                  </span>
                ))}
              </span>
            )}
          </span>
        </>
      ) : (
        <span className={classes.waiting}>{hasFailed ? '·' : '…'}</span>
      )}
    </div>
  );
}

export const LogLineRow = memo(PlainLine);

/** Each piece is told by where it begins. */
function textsOf(pieces: readonly Piece[]): React.ReactNode {
  let begin = 0;
  return pieces.map((piece) => {
    begin += piece.text.length;
    return <Text key={begin} piece={piece} />;
  });
}

function Text({ piece }: { readonly piece: Piece }) {
  const { text, colour, ground, isBold, isDim, isItalic, isUnderlined, isHit } = piece;
  if (!colour && !ground && !isBold && !isDim && !isItalic && !isUnderlined && !isHit) return text;
  const Tag = isHit ? 'mark' : 'span';
  return (
    <Tag
      className={isHit ? classes.mark : undefined}
      data-colour={colour}
      data-ground={ground}
      data-bold={isBold}
      data-dim={isDim}
      data-italic={isItalic}
      data-underlined={isUnderlined}
    >
      {text}
    </Tag>
  );
}
