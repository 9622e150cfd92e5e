import { useReader } from '../reader.tsx';
import { exactDuration, shortDuration } from './duration-in-words.ts';
import { Nothing } from './instant.tsx';
import { useNow } from './use-now.ts';

interface Props {
  /** Milliseconds. */
  readonly ms: number | null | undefined;
}

/** "1 m 12 s"; to the millisecond when pointed at. */
export function Duration({ ms }: Props) {
  const { words } = useReader();
  if (ms === null || ms === undefined || Number.isNaN(ms)) return <Nothing words={words.none} />;
  return (
    <span className="parts-number" data-hint={exactDuration(ms, words.duration)}>
      {shortDuration(ms, words.duration)}
    </span>
  );
}

/** What still goes on: counts up from its beginning. */
export function Running({ since }: { readonly since: string | number }) {
  const began = typeof since === 'string' ? Date.parse(since) : since;
  const now = useNow(1000);
  return <Duration ms={Math.max(0, Math.floor((now - began) / 1000) * 1000)} />;
}
