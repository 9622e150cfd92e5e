import { NameText } from '../../kernel/contract/fields.ts';

// Whoever reads a person's name shall see who it is. One rule for all ways by which people come.

const LONGEST = 256;

/**
 * What names of people are shown by: one line, and nothing in it that is not seen, or turns the direction of
 * what follows. Joiners belong to the writing of some languages.
 */
export const SHOWN_NAME = /^(?:[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|[\u200c\u200d])*$/u;

/**
 * Whether somebody can be called so at sign-in: besides, full-width letters, ligatures and other
 * spellings of plain characters would make two people of one name.
 */
export const isLoginName = (name: string): boolean =>
  name.length <= LONGEST &&
  SHOWN_NAME.test(name) &&
  !/[\u200c\u200d]/u.test(name) &&
  name.normalize('NFKC') === name.normalize('NFC');

const ADDRESS = /^[^\s@\p{C}]+@[^\s@\p{C}]+$/u;

/** Whether mail can be sent there, as far as its form tells. */
export const isAddress = (text: string): boolean => text.length <= LONGEST && ADDRESS.test(text);

/** What somebody else says of a person, without what may not be in it. */
export const asShownName = (told: string): string =>
  told
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (sign) => (SHOWN_NAME.test(sign) ? sign : ''))
    .slice(0, LONGEST)
    .toWellFormed();

/** A member that holds an address, or nothing. */
export const EmailAddress = <const O extends { readonly from?: string }>(options: O) =>
  NameText({
    ...options,
    maxLength: LONGEST,
    pattern: new RegExp(`^$|${ADDRESS.source}`, 'u'),
    form: 'an e-mail address',
  });

/** Of Hebrew, Arabic and their kin. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** As part of a plain text: a name that is written from right to left turns nothing but itself. */
export const isolated = (name: string): string => (RIGHT_TO_LEFT.test(name) ? `\u2068${name}\u2069` : name);

/** A member that holds such a name. */
export const ShownName = <const O extends { readonly maxLength: number }>(options: O) =>
  NameText({ ...options, pattern: SHOWN_NAME, form: 'a name: one line, without invisible characters' });
