import type { LogLevel } from '@baton/contract/logs-shared';
import { useReader } from '../reader.tsx';
import classes from './log.module.css';

interface Props {
  readonly overview: readonly (LogLevel | undefined)[];
  /** How far one has come. */
  readonly share: number;
  readonly onJump: (share: number) => void;
}

/** Where the errors and warnings lie. By keyboard "next error" does the same. */
export function Minimap({ overview, share, onJump }: Props) {
  const { words } = useReader();
  return (
    <svg
      className={classes.map}
      viewBox={`0 0 10 ${overview.length}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words.log.minimap}
      onPointerDown={(event) => {
        const { top, height } = event.currentTarget.getBoundingClientRect();
        onJump(Math.min(0.999_999, Math.max(0, (event.clientY - top) / height)));
      }}
    >
      {overview.map(markOf)}
      <rect
        className={classes.here}
        x={0}
        y={share * overview.length}
        width={10}
        height={overview.length / 120}
      />
    </svg>
  );
}

function markOf(level: LogLevel | undefined, at: number): React.ReactNode {
  if (level !== 'Warn' && level !== 'Error' && level !== 'Fatal') return null;
  return <rect key={`at ${at}`} x={2} y={at} width={8} height={1} data-level={level} />;
}
