import { createContext, type ReactNode, useContext, useMemo } from 'react';
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

/** What a person has chosen for all pages. Without it parts read the zone of the browser. */
export function ReaderProvider({ children, ...habits }: Habits & { readonly children: ReactNode }) {
  const { zone, density, setDensity } = habits;
  const value = useMemo(() => ({ zone, density, setDensity }), [zone, density, setDensity]);
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

/** Who reads, in which words, on which clock. */
export function useReader(): Reader & Habits & { readonly words: Texts['parts'] } {
  const habits = useContext(Context);
  const { language } = useLanguage();
  const { parts: words } = useTexts();
  return { ...habits, language, words };
}
