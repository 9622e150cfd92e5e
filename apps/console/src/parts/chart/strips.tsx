import { useReader } from '../reader.tsx';
import { lookOf, type Of } from '../state/states.ts';
import classes from './chart.module.css';
import { sparkPath } from './stack.ts';

/** The last results of a process, oldest first: a bar each, in the colour and height of its state. */
export function ResultStrip({
  of = 'job',
  states,
}: {
  readonly of?: Of;
  readonly states: readonly string[];
}) {
  const { words } = useReader();
  const good = states.filter((state) => lookOf(of, state).tone === 'successful').length;
  const said = words.strip(good, states.length);
  return (
    <span className={classes.strip} role="img" aria-label={said} data-hint={said}>
      {states.map((state, at) => (
        <i key={`result ${String(at)}`} data-tone={lookOf(of, state).tone} />
      ))}
    </span>
  );
}

/** A trend beside a number, which says the same in words. */
export function Sparkline({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  return (
    <svg className={classes.spark} viewBox="0 0 96 20" role="img" aria-label={label} data-hint={label}>
      <path d={sparkPath(values, 96, 20)} />
    </svg>
  );
}
