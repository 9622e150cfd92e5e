import type { LogLevel } from '@baton/contract/logs-shared';
import { Button } from '@mantine/core';
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  type UIEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useReader } from '../reader.tsx';
import { ErrorState } from '../states/error-state.tsx';
import classes from './log.module.css';
import { LogLineRow } from './log-line.tsx';
import type { LogStore } from './log-store.ts';
import { LogTools } from './log-tools.tsx';
import { Minimap } from './minimap.tsx';
import { heightOf, LINE, placeAt, topOf } from './place.ts';
import { type Find, useFind } from './use-find.ts';
import { type Lines, useLineCopy } from './use-line-copy.ts';

interface Props {
  /** Where a page has several: "Log of INV-7". */
  readonly label?: string;
  readonly store: LogStore;
  /** Looks through the whole log, on the server. */
  readonly find?: Find;
  /** The worst level in each of some equal parts of the log, first to last. */
  readonly overview?: readonly (LogLevel | undefined)[];
  /** Lines still come: it begins at the end and follows. */
  readonly isLive?: boolean;
  /** To take the whole log along. */
  readonly download?: ReactNode;
}

/**
 * A log of any length. Only what is in sight is drawn, and only what is near it is held; what the browser
 * cannot do with the rest (find, copy) is done here over all of it.
 */
export function LogView({ label, store, find, overview, isLive = false, download }: Props) {
  const { words } = useReader();
  const name = label ?? words.log.label;
  useSyncExternalStore(store.subscribe, store.version);
  const scroller = useRef<HTMLDivElement>(null);
  const block = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  const [top, setTop] = useState(0);
  const [follows, setFollows] = useState(isLive);
  const [wraps, setWraps] = useState(false);
  const [unfolded, unfold] = useState<ReadonlySet<number>>(new Set());
  const total = store.total ?? 0;
  const wasAtEnd = useRef(true);
  const lastTop = useRef(0);

  useEffect(() => {
    store.open();
    return () => store.close();
  }, [store]);
  useLayoutEffect(() => {
    const box = scroller.current!;
    const watch = new ResizeObserver(() => setRoom(box.clientHeight));
    watch.observe(box);
    return () => watch.disconnect();
  }, []);

  const scrollTo = useCallback((to: number): void => {
    const box = scroller.current;
    if (!box) return;
    box.scrollTop = to;
    lastTop.current = box.scrollTop;
    setTop(box.scrollTop);
  }, []);
  const findInput = useRef<HTMLInputElement>(null);
  const jump = (line: number, isSought = false): void => {
    setFollows(false);
    wasAtEnd.current = false;
    scrollTo(topOf(line, total, room));
    if (!isSought) scroller.current?.focus({ preventScroll: true });
  };

  // Opened at the end; then it stays there only while it follows.
  const isReady = store.total !== undefined && room > 0;
  useLayoutEffect(() => {
    if (!isReady) wasAtEnd.current = true;
    else if (follows || wasAtEnd.current) {
      scrollTo(heightOf(total, room));
      if (!follows) wasAtEnd.current = false;
    }
  }, [isReady, total, room, follows, scrollTo]);

  const place = placeAt(top, total, room);
  useEffect(() => {
    if (isReady) store.want(place.from, place.to);
  });
  // The held line is put to its height: lines before it may be wrapped or unfolded, so they are measured.
  useLayoutEffect(() => {
    const lines = block.current;
    if (!lines) return;
    const held = lines.querySelector<HTMLElement>(`[data-line="${place.line}"]`);
    const y = held ? place.y - held.offsetTop - place.part * held.offsetHeight : 0;
    lines.style.transform = `translateY(${y}px)`;
  });

  const found = useFind(find, { total, line: place.line, within: store.least, jump });
  const { copy, picked, pick, ...copying } = useLineCopy(store);
  const anchor = useRef<number>(undefined);

  const scroll = (event: UIEvent<HTMLDivElement>): void => {
    const next = event.currentTarget.scrollTop;
    if (next < lastTop.current - 1) {
      setFollows(false);
      wasAtEnd.current = false;
    }
    lastTop.current = next;
    setTop(next);
  };
  const lineOf = (event: PointerEvent): number | undefined => {
    const row = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>('[data-line]');
    return row ? Number(row.dataset['line']) : undefined;
  };
  const down = (event: PointerEvent<HTMLDivElement>): void => {
    const line = lineOf(event);
    if (line === undefined || event.button !== 0) return;
    const isGutter = (event.target as Element).closest('[data-gutter]') !== null;
    if (event.shiftKey && anchor.current !== undefined) {
      event.preventDefault();
      pick(range(anchor.current, line));
    } else {
      anchor.current = line;
      if (isGutter) {
        event.preventDefault();
        scroller.current?.focus({ preventScroll: true });
        pick(range(line, line));
        event.currentTarget.setPointerCapture(event.pointerId);
      } else if (picked) pick(undefined);
    }
  };
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    const box = event.currentTarget;
    if (!box.hasPointerCapture(event.pointerId) || anchor.current === undefined) return;
    const { top: above, bottom } = box.getBoundingClientRect();
    if (event.clientY < above + LINE) box.scrollTop -= 3 * LINE;
    if (event.clientY > bottom - LINE) box.scrollTop += 3 * LINE;
    const line = lineOf(event);
    if (line !== undefined) pick(range(anchor.current, line));
  };
  const key = (event: KeyboardEvent): void => {
    const command = event.ctrlKey || event.metaKey;
    const letter = event.key.toLowerCase();
    if (command && letter === 'c' && picked) {
      event.preventDefault();
      copy();
    } else if (command && letter === 'a' && total > 0) {
      event.preventDefault();
      pick({ from: 0, to: total });
    } else if (event.shiftKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp') && total > 0) {
      event.preventDefault();
      extend(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Escape' && picked) {
      event.stopPropagation();
      pick(undefined);
    } else if (event.key === 'End') setFollows(isLive);
  };
  const moving = useRef(0);
  const extend = (by: number): void => {
    if (!picked) {
      anchor.current = place.line;
      moving.current = place.line;
    } else moving.current = Math.min(total - 1, Math.max(0, moving.current + by));
    pick(range(anchor.current ?? 0, moving.current));
    if (moving.current < place.from + 2 || moving.current > place.to - 4)
      scrollTo(topOf(moving.current, total, room));
  };

  const toggle = (line: number): void => {
    const next = new Set(unfolded);
    if (!next.delete(line)) next.add(line);
    unfold(next);
  };

  const rows: ReactNode[] = [];
  for (let n = place.from; n < place.to; n += 1) {
    const line = store.line(n);
    rows.push(
      <LogLineRow
        key={n}
        n={n}
        line={line}
        before={store.line(n - 1)?.at}
        hasFailed={line === undefined && store.hasFailed(n)}
        sought={found.text}
        isHit={n === found.at}
        isPicked={picked !== undefined && n >= picked.from && n < picked.to}
        isUnfolded={unfolded.has(n)}
        onUnfold={toggle}
      />,
    );
  }

  return (
    <section
      className={classes.log}
      aria-label={name}
      onKeyDown={(event) => {
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f' && find) {
          event.preventDefault();
          findInput.current?.select();
        }
      }}
    >
      <LogTools
        total={store.total}
        least={store.least}
        onLeast={(least) => {
          pick(undefined);
          unfold(new Set());
          found.setText('');
          store.open(least);
        }}
        found={find && found}
        findInput={findInput}
        wraps={wraps}
        onWraps={setWraps}
        isLive={isLive}
        follows={follows}
        onFollows={setFollows}
        onStart={() => jump(0)}
        onEnd={() => {
          wasAtEnd.current = false;
          scrollTo(heightOf(total, room));
        }}
        picked={picked && picked.to - picked.from}
        onCopy={copy}
        copying={copying}
        download={download}
      />
      <div className={classes.room}>
        <div
          ref={scroller}
          className={classes.scroller}
          role="group"
          aria-label={name}
          // It scrolls and takes keys.
          tabIndex={0}
          onScroll={scroll}
          onPointerDown={down}
          onPointerMove={drag}
          onKeyDown={key}
        >
          <div style={{ height: heightOf(total, room) }}>
            <div className={classes.view} style={{ height: room }}>
              <div
                ref={block}
                className={classes.lines}
                data-wraps={wraps || undefined}
                style={{ ['--digits' as string]: String(total).length }}
              >
                {rows}
              </div>
              {store.total === 0 && <p className={classes.said}>{words.log.empty}</p>}
            </div>
          </div>
        </div>
        {overview && total > 0 && (
          <Minimap
            overview={overview}
            share={total === 0 ? 0 : place.line / total}
            onJump={(share) => jump(Math.floor(share * total))}
          />
        )}
        {Boolean(store.error) && (
          <div className={classes.fault}>
            <ErrorState what={words.log.failed} error={store.error} onRetry={() => store.retry()} />
          </div>
        )}
        {rows.length > 0 && store.hasFailed(place.line) && (
          <div className={classes.fault}>
            {words.log.failed}{' '}
            <Button size="compact-xs" variant="default" onClick={() => store.retry()}>
              {words.retry}
            </Button>
          </div>
        )}
      </div>
    </section>
  );
}

const range = (one: number, other: number): Lines => ({
  from: Math.min(one, other),
  to: Math.max(one, other) + 1,
});
