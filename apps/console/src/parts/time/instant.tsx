import { useReader } from '../reader.tsx';
import { relative, stepOf } from './instant-in-words.ts';
import { timeNow, useNow } from './use-now.ts';

interface Props {
  /** As the API has it, or milliseconds. */
  readonly at: string | number | null | undefined;
  /** The clock of the thing where it has its own, such as a trigger. */
  readonly zone?: string;
}

/** "3 min ago". Pointed at, it says the exact instant on each clock, and the difference (hints.tsx). */
export function Instant({ at, zone }: Props) {
  const { words } = useReader();
  const ms = typeof at === 'string' ? Date.parse(at) : at;
  if (ms === null || ms === undefined || Number.isNaN(ms)) return <Nothing words={words.none} />;
  return <Told ms={ms} zone={zone} />;
}

function Told({ ms, zone }: { readonly ms: number; readonly zone?: string }) {
  const reader = useReader();
  // The step begins at whole seconds, so an instant of this second would lie ahead.
  const now = Math.max(
    useNow((now) => stepOf(ms, now)),
    ms <= timeNow() ? ms : 0,
  );
  return (
    <time dateTime={new Date(ms).toISOString()} data-instant={ms} data-zone={zone}>
      {relative(ms, now, reader, reader.words.instant)}
    </time>
  );
}

/** A dash for the eye, a word for the ear. */
export function Nothing({ words }: { readonly words: string }) {
  return (
    <span className="parts-nothing">
      <span aria-hidden="true">–</span>
      <span className="parts-unseen">{words}</span>
    </span>
  );
}
