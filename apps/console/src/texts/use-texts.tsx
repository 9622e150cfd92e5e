import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { en } from './en.ts';
import type { Texts } from './texts.ts';

/** Languages with a catalog, by their own names. English is in the first load; others come when chosen. */
export const LANGUAGES = { en: 'English', ja: '日本語' } as const;
export type Language = keyof typeof LANGUAGES;

const CATALOGS: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => en,
  ja: async () => (await import('./ja.ts')).ja,
};

interface Spoken {
  readonly texts: Texts;
  readonly language: Language;
  readonly speak: (language: Language) => void;
}

const Context = createContext<Spoken>({ texts: en, language: 'en', speak: () => {} });

/** The texts in the person's language. */
export const useTexts = (): Texts => useContext(Context).texts;
/** The person's language, and how to choose another. */
export const useLanguage = (): Omit<Spoken, 'texts'> => useContext(Context);

const KEPT_AT = 'baton.language';

function firstLanguage(): Language {
  const wanted = [localStorage.getItem(KEPT_AT), ...navigator.languages];
  const found = wanted.map((tag) => tag?.slice(0, 2)).find((tag) => tag && tag in LANGUAGES);
  return (found as Language | undefined) ?? 'en';
}

export function TextsProvider({ children }: { readonly children: ReactNode }) {
  const [language, choose] = useState(firstLanguage);
  const [loaded, setLoaded] = useState<{ readonly of: Language; readonly texts: Texts }>();
  useEffect(() => {
    let isWanted = true;
    const load = async (): Promise<void> => {
      const texts = await CATALOGS[language]();
      if (isWanted) setLoaded({ of: language, texts });
    };
    void load();
    return () => {
      isWanted = false;
    };
  }, [language]);
  useEffect(() => {
    if (loaded) document.documentElement.lang = loaded.of;
  }, [loaded]);
  const spoken = useMemo(
    () => ({
      texts: loaded?.texts ?? en,
      language,
      speak: (wanted: Language) => {
        localStorage.setItem(KEPT_AT, wanted);
        choose(wanted);
      },
    }),
    [loaded, language],
  );
  // Nothing is shown in another language first.
  return loaded && <Context.Provider value={spoken}>{children}</Context.Provider>;
}
