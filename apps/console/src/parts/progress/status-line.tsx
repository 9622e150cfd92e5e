import { IconButton } from '../icon-button.tsx';
import { fullCount, shortCount } from '../number/count-in-words.ts';
import { useReader } from '../reader.tsx';
import classes from './progress.module.css';

/** Something that goes on while one does other things: a bulk retry, an upload. */
export interface BackgroundWork {
  readonly key: string;
  /** "Retry of 5,000 items" */
  readonly name: string;
  readonly done: number;
  readonly all: number;
  readonly failed?: number;
  readonly state: 'running' | 'finished' | 'aborted';
  readonly onOpen?: () => void;
  readonly onAbort?: () => void;
  readonly onDismiss?: () => void;
}

/** One line at the foot of the page for all of it; the first is shown, the others are counted. */
export function StatusLine({ works }: { readonly works: readonly BackgroundWork[] }) {
  const { words, language } = useReader();
  const [first, ...others] = works;
  if (!first) return null;
  const { name, done, all, failed = 0, state, onOpen, onAbort, onDismiss } = first;
  const tone = failed > 0 ? 'faulted' : state === 'finished' ? 'successful' : 'running';
  const said =
    state === 'running'
      ? words.work.done(fullCount(done, language), fullCount(all, language))
      : words.work[state];
  return (
    <section className={classes.line} aria-label={words.work.label}>
      <strong>{name}</strong>
      <progress
        className={classes.bar}
        data-tone={tone}
        value={done}
        max={Math.max(1, all)}
        aria-label={name}
      />
      <span className="parts-number">{said}</span>
      {failed > 0 && (
        <span className={classes.failed} data-tone="faulted">
          {words.work.failed(shortCount(failed, language))}
        </span>
      )}
      {others.length > 0 && <span className="parts-second">{words.work.others(others.length)}</span>}
      <span className={classes.space} />
      {onOpen && (
        <button type="button" className={classes.act} onClick={onOpen}>
          {words.open}
        </button>
      )}
      {state === 'running' && onAbort && (
        <button type="button" className={classes.act} onClick={onAbort}>
          {words.work.abort}
        </button>
      )}
      {state !== 'running' && onDismiss && (
        <IconButton icon="cross" size={14} label={words.work.dismiss} onClick={onDismiss} />
      )}
    </section>
  );
}
