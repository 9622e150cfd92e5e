import { useRef, useState } from 'react';
import { copyText } from '../copy-text.ts';
import { plainText } from './ansi.ts';
import type { LogStore } from './log-store.ts';

/** From a place to another, the last not included. */
export interface Lines {
  readonly from: number;
  readonly to: number;
}

/** More than this no editor likes, and the clipboard is memory: the download has no such limit. */
export const MOST_COPIED = 100_000;

export interface LineCopy {
  readonly picked: Lines | undefined;
  readonly pick: (lines: Lines | undefined) => void;
  readonly copy: () => void;
  readonly state: 'idle' | 'copying' | 'copied' | 'failed' | 'tooMany';
}

/** Copies lines that were picked, also those that are not held: they are read for it. */
export function useLineCopy(store: LogStore): LineCopy {
  const [picked, setPicked] = useState<Lines>();
  const [state, setState] = useState<LineCopy['state']>('idle');
  const running = useRef<AbortController>(undefined);
  const copy = async (): Promise<void> => {
    if (!picked) return;
    if (picked.to - picked.from > MOST_COPIED) return setState('tooMany');
    running.current?.abort();
    const control = new AbortController();
    running.current = control;
    setState('copying');
    try {
      const texts: string[] = [];
      for await (const lines of store.read(picked.from, picked.to, control.signal))
        for (const { at, level, text } of lines)
          texts.push(`${new Date(at).toISOString()} ${level.padEnd(5)} ${plainText(text)}`);
      await copyText(texts.join('\n'));
      setState('copied');
    } catch {
      if (!control.signal.aborted) setState('failed');
    }
  };
  return {
    picked,
    pick: (lines) => {
      setPicked(lines);
      setState('idle');
    },
    copy: () => void copy(),
    state,
  };
}
