import type { ComponentPropsWithRef } from 'react';
import { Icon, type IconName } from './icons.tsx';

interface Props extends ComponentPropsWithRef<'button'> {
  readonly icon: IconName;
  /** What it does; shown when pointed at. */
  readonly label: string;
  readonly size?: number;
}

/** A button with an icon alone, 28 px square: more than the 24 that WCAG 2.2 wants. */
export function IconButton({ icon, label, size, className = '', ...rest }: Props) {
  return (
    <button
      type="button"
      className={`parts-icon-button ${className}`}
      aria-label={label}
      data-hint={label}
      {...rest}
    >
      <Icon name={icon} size={size} />
    </button>
  );
}
