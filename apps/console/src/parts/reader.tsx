import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { Texts } from '../texts/texts.ts';
import { useLanguage, useTexts } from '../texts/use-texts.tsx';
import type { Reader } from './time/instant-in-words.ts';

/** The height of rows: 36 px, or 28. Kept per person. */
export type Density = 'comfortable' | 'compact';

interface Habits {
  readonly zone: string;
  readonly density: Density;
  readonly setDensity: (density: Density) => void;
}

const browserZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';

const Context = createContext<Habits>({
  zone: browserZone(),
  density: 'comfortable',
  setDensity: () => {},
});

const KEPT_AT = 'baton.density';

/**
 * What a person has chosen for all pages: the clock, and the height of rows, which is kept in the browser.
 */
export function ReaderProvider({ zone, children }: { readonly zone?: string; readonly children: ReactNode }) {
  const [density, choose] = useState<Density>(() =>
    localStorage.getItem(KEPT_AT) === 'compact' ? 'compact' : 'comfortable',
  );
  const value = useMemo(
    () => ({
      zone: zone ?? browserZone(),
      density,
      setDensity: (wanted: Density) => {
        localStorage.setItem(KEPT_AT, wanted);
        choose(wanted);
      },
    }),
    [zone, density],
  );
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** Who reads, in which words, on which clock. */
export function useReader(): Reader & Habits & { readonly words: Texts['parts'] } {
  const habits = useContext(Context);
  const { language } = useLanguage();
  const { parts: words } = useTexts();
  return { ...habits, language, words };
}
