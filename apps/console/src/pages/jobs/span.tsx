import { Duration, Running } from '../../parts/time/duration.tsx';

interface Props {
  readonly from: string | null;
  readonly to: string | null;
}

/** How long something took; counts up while it still goes on. */
export function Span({ from, to }: Props) {
  if (from === null) return <Duration ms={null} />;
  return to === null ? <Running since={from} /> : <Duration ms={Date.parse(to) - Date.parse(from)} />;
}
