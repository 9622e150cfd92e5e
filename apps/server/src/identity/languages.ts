/** The languages of pages and mails, each by its own name. */
export const LANGUAGES = { en: 'English', ja: '日本語' } as const;
export type Language = keyof typeof LANGUAGES;

/** One text in every language. If a language is missing, it does not compile. */
export type Words<Text = string> = Readonly<Record<Language, Text>>;

export const isLanguage = (text: string | undefined): text is Language =>
  text !== undefined && Object.hasOwn(LANGUAGES, text);

/** The same text for each language. */
export const inEach = <Text>(make: (language: Language) => Text): Words<Text> => ({
  en: make('en'),
  ja: make('ja'),
});

/** `ja-JP` is `ja`. */
export function readLanguage(text: string | null | undefined): Language | undefined {
  const language = text?.trim().toLowerCase().split(/[-_]/)[0];
  return isLanguage(language) ? language : undefined;
}

/** The first known language of a list such as `ui_locales`: `fr-CA ja en`. */
export const firstLanguage = (list: string | undefined): Language | undefined =>
  list?.split(/\s+/).map(readLanguage).find(Boolean);

/** The known language that an `Accept-Language` header prefers: `fr, ja;q=0.8, en;q=0.5`. */
export function acceptedLanguage(header: string | undefined): Language | undefined {
  const liked = (header ?? '').split(',').flatMap((part) => {
    const [tag = '', ...parameters] = part.split(';').map((each) => each.trim());
    const language = readLanguage(tag);
    const quality = parameters.find((each) => /^q=/i.test(each))?.slice(2);
    const weight = quality === undefined ? 1 : Number(quality);
    return language && weight > 0 ? [{ language, weight }] : [];
  });
  return liked.sort((one, other) => other.weight - one.weight)[0]?.language;
}

type Style = Pick<Intl.DateTimeFormatOptions, 'dateStyle' | 'timeStyle'>;

/** Where people are nobody knows, so it says of which clock it is. */
const momentInWords = (moment: Date | string, style: Style): Words =>
  inEach((language) => {
    const format = new Intl.DateTimeFormat(language, { ...style, timeZone: 'UTC' });
    return `${format.format(new Date(moment))} UTC`;
  });

/** A moment for people to read. */
export const timeInWords = (moment: Date | string): Words =>
  momentInWords(moment, { dateStyle: 'long', timeStyle: 'medium' });

/** In a list, where the second tells nobody anything. */
export const minuteInWords = (moment: Date | string): Words =>
  momentInWords(moment, { dateStyle: 'medium', timeStyle: 'short' });
