/** What a key does in a list. */
export type Act =
  | 'down'
  | 'up'
  | 'pageDown'
  | 'pageUp'
  | 'first'
  | 'last'
  | 'selectDown'
  | 'selectUp'
  | 'select'
  | 'selectLoaded'
  | 'open'
  | 'page'
  | 'filter'
  | 'close';

const KEYS: Readonly<Record<string, Act>> = {
  j: 'down',
  ArrowDown: 'down',
  k: 'up',
  ArrowUp: 'up',
  PageDown: 'pageDown',
  PageUp: 'pageUp',
  Home: 'first',
  End: 'last',
  ' ': 'select',
  x: 'select',
  Enter: 'open',
  o: 'page',
  f: 'filter',
  Escape: 'close',
};

const WITH_SHIFT: Readonly<Record<string, Act>> = {
  ArrowDown: 'selectDown',
  J: 'selectDown',
  ArrowUp: 'selectUp',
  K: 'selectUp',
};

interface Pressed {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

/** Undefined: the key is the browser's, or the page's. */
export function actOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Pressed): Act | undefined {
  if (altKey) return undefined;
  if (ctrlKey || metaKey) return key === 'a' ? 'selectLoaded' : undefined;
  const keys = shiftKey ? WITH_SHIFT : KEYS;
  return Object.hasOwn(keys, key) ? keys[key] : undefined;
}

/** A letter typed there is a letter. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element &&
  target.closest('input:not([type=checkbox]),textarea,select,[contenteditable],[role=dialog],[role=menu]') !==
    null;
