import type { ReactNode } from 'react';
import classes from './parts.module.css';

/** One part, under its name. */
export function Shown({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <section className={classes.shown} aria-label={name}>
      <h2>{name}</h2>
      {children}
    </section>
  );
}
