import { type PointerEvent, useState } from 'react';
import { useReader } from '../reader.tsx';
import { exactDuration, shortDuration } from '../time/duration-in-words.ts';
import { clockTime, exact } from '../time/instant-in-words.ts';
import { useNow } from '../time/use-now.ts';
import { gather, instantAt, layOut, type Span, type Tick } from './layout.ts';
import classes from './timeline.module.css';

interface Props {
  readonly spans: readonly Span[];
  readonly ticks?: readonly Tick[];
  /** What was dragged over; undefined: all of it again. */
  readonly onNarrow?: (range: { readonly from: number; readonly to: number } | undefined) => void;
}

const NO_TICKS: readonly Tick[] = [];

/** Ticks are told apart to this part of the width. */
const PLACES = 400;

/**
 * Where the time of a job went: waited, prepared, ran. Each stretch has its word and length, in a list that
 * is also what a screen reader reads.
 */
export function Timeline({ spans, ticks = NO_TICKS, onNarrow }: Props) {
  const reader = useReader();
  const { words } = reader;
  const isRunning = spans.some(({ to }) => to === undefined);
  const now = useNow(isRunning ? 1000 : 86_400_000);
  const pieces = layOut(spans, Math.max(now, ...spans.map(({ from, to = from }) => Math.max(from, to))));
  const [drag, setDrag] = useState<readonly [from: number, to: number]>();

  const shareAt = (event: PointerEvent<HTMLElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  };
  const end = (): void => {
    if (!drag) return;
    const [from, to] = [Math.min(...drag), Math.max(...drag)];
    if (to - from < 0.005) {
      setDrag(undefined);
      onNarrow?.(undefined);
    } else onNarrow?.({ from: instantAt(from, pieces), to: instantAt(to, pieces) });
  };

  return (
    <section className={classes.timeline} aria-label={words.timeline.label}>
      <div
        className={classes.bar}
        data-narrows={onNarrow ? true : undefined}
        aria-hidden="true"
        onPointerDown={(event) => {
          if (!onNarrow) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag([shareAt(event), shareAt(event)]);
        }}
        onPointerMove={(event) => {
          if (drag && event.currentTarget.hasPointerCapture(event.pointerId))
            setDrag([drag[0], shareAt(event)]);
        }}
        onPointerUp={end}
      >
        {pieces.map((piece, at) => {
          const span = spans[at]!;
          return (
            <div
              key={`${span.phase} ${span.from}`}
              className={classes.span}
              data-phase={span.phase}
              data-folded={piece.isFolded || undefined}
              data-running={span.to === undefined || undefined}
              style={{ left: `${piece.left * 100}%`, width: `${(piece.right - piece.left) * 100}%` }}
              data-hint={`${words.timeline[span.phase]} ${exactDuration(piece.to - piece.from, words.duration)}${span.note ? `\n${span.note}` : ''}\n${exact(piece.from, reader)}`}
            >
              {piece.isFolded && <span className={classes.fold}>⋯</span>}
            </div>
          );
        })}
        {gather(ticks, pieces, PLACES).map(({ share, kind, words: said, count, at }) => (
          <span
            key={`${kind} ${at}`}
            className={classes.tick}
            data-kind={kind}
            style={{ left: `${share * 100}%` }}
            data-hint={`${clockTime(at, reader)} ${said}${count > 1 ? `\n${words.work.others(count - 1)}` : ''}`}
          />
        ))}
        {drag && (
          <span
            className={classes.chosen}
            style={{
              left: `${Math.min(...drag) * 100}%`,
              width: `${Math.abs(drag[1] - drag[0]) * 100}%`,
            }}
          />
        )}
      </div>
      <ol className={classes.legend}>
        {spans.map((span, at) => (
          <li key={`${span.phase} ${span.from}`}>
            <span className={classes.key} data-phase={span.phase} aria-hidden="true" />
            {words.timeline[span.phase]}{' '}
            <b className="parts-number">{shortDuration(pieces[at]!.to - pieces[at]!.from, words.duration)}</b>
            {span.note && <span className="parts-second"> {span.note}</span>}
          </li>
        ))}
        {onNarrow && (
          <li className={classes.how}>
            {drag ? (
              <Again
                onAll={() => {
                  setDrag(undefined);
                  onNarrow(undefined);
                }}
              />
            ) : (
              words.timeline.narrow
            )}
          </li>
        )}
      </ol>
    </section>
  );
}

function Again({ onAll }: { readonly onAll: () => void }) {
  const { words } = useReader();
  return (
    <button type="button" className={classes.all} onClick={onAll}>
      {words.timeline.all}
    </button>
  );
}
