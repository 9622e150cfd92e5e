import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useReader } from './reader.tsx';
import { exactly } from './time/instant-in-words.ts';
import { useNow } from './time/use-now.ts';

const HINTED = '[data-hint],[data-instant]';

/** The element that says more: the one pointed at, or the one in the cell that has the focus. */
function hintedOf(target: EventTarget | null): HTMLElement | undefined {
  if (!(target instanceof Element)) return undefined;
  const found = target.closest<HTMLElement>(HINTED);
  if (found) return found;
  return target.matches('[role=gridcell]')
    ? (target.querySelector<HTMLElement>(HINTED) ?? undefined)
    : undefined;
}

/**
 * One card for all that says more when it is pointed at or focused: `data-hint` is shown as it is,
 * `data-instant` (milliseconds) on each clock. A list shows hundreds of times, so a component for each cell
 * would be slow; this is mounted once, at the root. It goes with Escape, and stays while pointed at itself.
 */
export function Hints() {
  const [element, show] = useState<HTMLElement>();
  const card = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const later = (next: HTMLElement | undefined, wait: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => show(next), wait);
    };
    const over = (event: Event): void => {
      if (card.current?.contains(event.target as Node)) return clearTimeout(timer);
      later(hintedOf(event.target), 200);
    };
    const focus = (event: Event): void => {
      const target = event.target as Element;
      later(target.matches(':focus-visible') ? hintedOf(target) : undefined, 200);
    };
    const hide = (): void => later(undefined, 0);
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') hide();
    };
    document.addEventListener('pointerover', over);
    document.addEventListener('focusin', focus);
    document.addEventListener('focusout', hide);
    document.addEventListener('pointerdown', hide);
    document.addEventListener('keydown', key);
    document.addEventListener('scroll', hide, { capture: true, passive: true });
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', over);
      document.removeEventListener('focusin', focus);
      document.removeEventListener('focusout', hide);
      document.removeEventListener('pointerdown', hide);
      document.removeEventListener('keydown', key);
      document.removeEventListener('scroll', hide, { capture: true });
    };
  }, []);

  useLayoutEffect(() => {
    const box = card.current;
    if (!box || !element?.isConnected) return;
    const at = element.getBoundingClientRect();
    const isAbove = at.bottom + box.offsetHeight + 8 > window.innerHeight;
    box.style.top = `${isAbove ? at.top - box.offsetHeight - 4 : at.bottom + 4}px`;
    box.style.left = `${Math.max(4, Math.min(at.left, window.innerWidth - box.offsetWidth - 4))}px`;
  }, [element]);

  if (!element?.isConnected) return null;
  const { instant, zone, hint } = element.dataset;
  return (
    <div ref={card} className="parts-hint" role="tooltip">
      {instant === undefined ? hint : <ExactInstant at={Number(instant)} zone={zone} />}
    </div>
  );
}

function ExactInstant({ at, zone }: { readonly at: number; readonly zone: string | undefined }) {
  const reader = useReader();
  const now = useNow(1000);
  const { lines, difference } = exactly(at, now, reader, reader.words.instant, zone);
  return (
    <>
      <dl>
        {lines.map((line) => (
          <div key={line.zone} className="parts-pair">
            <dt>{line.zone}</dt>
            <dd>{line.text}</dd>
          </div>
        ))}
      </dl>
      <div className="parts-second">{difference}</div>
    </>
  );
}
