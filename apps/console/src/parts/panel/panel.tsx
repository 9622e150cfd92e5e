import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react';
import { IconButton } from '../icon-button.tsx';
import { useReader } from '../reader.tsx';
import classes from './panel.module.css';

interface Props {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly onOpenPage?: () => void;
  readonly children: ReactNode;
}

const [LEAST, MOST] = [24, 75];
/** Of the room that list and panel share, in per cent. Kept while the page lives. */
let lastShare = 40;

/** From the right, with the list in sight. Its edge is dragged, or moved with the arrow keys. */
export function Panel({ title, onClose, onOpenPage, children }: Props) {
  const { words } = useReader();
  const [share, setShare] = useState(lastShare);
  const resize = (next: number): void => {
    lastShare = Math.min(MOST, Math.max(LEAST, next));
    setShare(lastShare);
  };
  const drag = (event: PointerEvent<HTMLElement>): void => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const room = event.currentTarget.parentElement?.parentElement?.getBoundingClientRect();
    if (room) resize(((room.right - event.clientX) / room.width) * 100);
  };
  const key = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: 2, ArrowRight: -2 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    resize(share + by);
  };
  return (
    <aside className={classes.panel} style={{ flexBasis: `${share}%` }} aria-label={words.panel.label}>
      <div
        className={classes.edge}
        role="separator"
        tabIndex={0}
        aria-orientation="vertical"
        aria-label={words.panel.resize}
        aria-valuenow={Math.round(share)}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
        onKeyDown={key}
      />
      <header className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {onOpenPage && <IconButton icon="page" label={words.panel.page} onClick={onOpenPage} />}
        <IconButton icon="cross" label={words.panel.close} onClick={onClose} />
      </header>
      {/* What scrolls can be reached by the keyboard. */}
      <div className={classes.body} tabIndex={0} role="region" aria-label={words.panel.label}>
        {children}
      </div>
    </aside>
  );
}
