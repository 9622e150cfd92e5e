import type { LogLevel } from '@baton/contract/logs-shared';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';

export interface Sought {
  /** Absent: each line of the level counts. */
  readonly text?: string;
  /** Lines of at least this level. */
  readonly least?: LogLevel;
  /** What the log is narrowed to; places count within it. */
  readonly within?: LogLevel;
}

export interface FoundLine {
  /** All hits in the whole log. */
  readonly count: number;
  /** The place of the hit; absent if there is none. */
  readonly at?: number;
  /** Which of all it is, from 1. */
  readonly index?: number;
}

/**
 * The next hit from a place on, that place included, or the one before it; it goes round at the ends.
 */
export type Find = (
  sought: Sought,
  from: number,
  isForward: boolean,
  signal: AbortSignal,
) => Promise<FoundLine>;

export interface Finding extends Partial<FoundLine> {
  readonly text: string;
  readonly isLooking: boolean;
  readonly hasFailed: boolean;
  readonly setText: (text: string) => void;
  readonly step: (isForward: boolean) => void;
  readonly nextError: () => void;
}

interface Log {
  readonly total: number;
  /** The line that is looked at. */
  readonly line: number;
  readonly within: LogLevel | undefined;
  /** @param isSought by words: whoever types them goes on typing */
  readonly jump: (line: number, isSought: boolean) => void;
}

const PAUSE = 200;

/** Looks for words over the whole log while they are typed, newest first, as the log is opened at its end. */
export function useFind(find: Find | undefined, log: Log): Finding {
  const [text, setText] = useState('');
  const [found, setFound] = useState<FoundLine>();
  const [isLooking, setLooking] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const running = useRef<AbortController>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const newest = useRef(log);
  useLayoutEffect(() => {
    newest.current = log;
  });
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      running.current?.abort();
    },
    [],
  );

  const look = async (sought: Sought, from: number, isForward: boolean): Promise<void> => {
    if (!find) return;
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setLooking(true);
    setFailed(false);
    let answer: FoundLine | undefined;
    try {
      answer = await find({ ...sought, within: newest.current.within }, from, isForward, control.signal);
    } catch {
      // Whether it was given up or failed is seen below.
    }
    if (control.signal.aborted) return;
    setLooking(false);
    if (!answer) return setFailed(true);
    const isSought = sought.text !== undefined;
    if (isSought) setFound(answer);
    if (answer.at !== undefined) newest.current.jump(answer.at, isSought);
  };

  return {
    ...found,
    text,
    isLooking,
    hasFailed,
    setText: (typed) => {
      setText(typed);
      setFound(undefined);
      setLooking(false);
      running.current?.abort();
      clearTimeout(timer.current);
      if (typed !== '')
        timer.current = setTimeout(() => void look({ text: typed }, newest.current.total - 1, false), PAUSE);
    },
    step: (isForward) => {
      if (text === '') return;
      const at = found?.at ?? log.line;
      void look({ text }, isForward ? at + 1 : at - 1, isForward);
    },
    nextError: () => void look({ least: 'Error' }, log.line + 1, true),
  };
}
