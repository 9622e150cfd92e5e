import type { Tone } from '../../app/theme.ts';
import { useReader } from '../reader.tsx';
import classes from './state.module.css';
import { lookOf, type Of, type Shape } from './states.ts';

/** Twelve by twelve, drawn in the colour around it; `hole` is the colour of what lies under it. */
const SHAPES: Readonly<Record<Shape, React.ReactNode>> = {
  ring: <circle cx="6" cy="6" r="4.25" className={classes.line} />,
  dashed: <circle cx="6" cy="6" r="4.25" className={classes.line} strokeDasharray="2.2 2.25" />,
  disc: <circle cx="6" cy="6" r="5" />,
  pulse: (
    <>
      <circle cx="6" cy="6" r="5.25" className={classes.breath} />
      <circle cx="6" cy="6" r="3.5" />
    </>
  ),
  tick: (
    <>
      <circle cx="6" cy="6" r="5.5" />
      <path d="M3.6 6.2 5.3 7.9 8.5 4.5" className={classes.hole} />
    </>
  ),
  cross: (
    <>
      <circle cx="6" cy="6" r="5.5" />
      <path d="M4.1 4.1 7.9 7.9M7.9 4.1 4.1 7.9" className={classes.hole} />
    </>
  ),
  square: <rect x="1.5" y="1.5" width="9" height="9" rx="1.5" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4.75" className={classes.line} />
      <path d="M6 1.25a4.75 4.75 0 0 1 0 9.5z" />
    </>
  ),
  pause: <path d="M2.5 1.5h2.6v9H2.5zM6.9 1.5h2.6v9H6.9z" />,
  triangle: (
    <>
      <path d="M6 .8 11.6 11H.4z" />
      <path d="M6 4.4v3M6 9v.4" className={classes.hole} />
    </>
  ),
  turn: (
    <>
      <path d="M10.2 6A4.2 4.2 0 1 1 8.6 2.7" className={classes.line} />
      <path d="M6.6 3.6 10 4.2 9.6.6z" />
    </>
  ),
  clock: (
    <>
      <circle cx="6" cy="6" r="4.75" className={classes.line} />
      <path d="M6 3.2V6l1.9 1.3" className={classes.line} />
    </>
  ),
  slash: (
    <>
      <circle cx="6" cy="6" r="4.75" className={classes.line} />
      <path d="M2.8 9.2 9.2 2.8" className={classes.line} />
    </>
  ),
};

/** A shape alone: the word must stand beside it, or be given as `label`. */
function StateShape({
  shape,
  tone,
  label,
}: {
  readonly shape: Shape;
  readonly tone: Tone;
  readonly label?: string;
}) {
  return (
    <svg
      viewBox="0 0 12 12"
      className={classes.shape}
      data-tone={tone}
      role={label ? 'img' : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
    >
      {SHAPES[shape]}
    </svg>
  );
}

interface Props {
  readonly of: Of;
  /** As the API names it. */
  readonly state: string;
  /** Of a failed queue item: the exception is one of the business. */
  readonly isBusiness?: boolean;
}

function useLook({ of, state, isBusiness }: Props) {
  const { words } = useReader();
  const isFailedItem = of === 'item' && state === 'Failed' && isBusiness !== undefined;
  const word = isFailedItem
    ? words.states[isBusiness ? 'business' : 'application']
    : Object.hasOwn(words.states[of], state)
      ? words.states[of][state]!
      : state;
  return { word, ...lookOf(of, state, isBusiness) };
}

/** Shape and word, in a row of a list. */
export function StateDot(props: Props) {
  const { word, shape, tone } = useLook(props);
  return (
    <span className={classes.dot} data-tone={tone}>
      <StateShape shape={shape} tone={tone} />
      <span className={classes.word}>{word}</span>
    </span>
  );
}

/** Shape and word on their ground, at the head of a page. */
export function StateChip(props: Props) {
  const { word, shape, tone } = useLook(props);
  return (
    <span className={classes.chip} data-tone={tone}>
      <StateShape shape={shape} tone={tone} />
      {word}
    </span>
  );
}
