import type { Words } from '../languages.ts';
import { breachedPasswords, commonStems } from './common-passwords.ts';

/** In the vocabulary of ASP.NET Identity, which clients of the API know. */
export interface PasswordProblem {
  readonly code:
    | 'PasswordTooShort'
    | 'PasswordTooLong'
    | 'PasswordTooCommon'
    | 'PasswordTooSimple'
    | 'PasswordContainsUserName'
    | 'PasswordUsedBefore'
    | 'PasswordOfDirectory';
  /** As the API tells it. */
  readonly description: string;
  /** As a page tells the person. */
  readonly words: Words;
}

export interface PasswordRules {
  /** In characters. */
  readonly minLength: number;
}

/** What a password should not be made of. */
export interface About {
  readonly userName: string;
  readonly email: string | null;
  readonly name: string;
  readonly surname: string;
}

const MOST_CHARACTERS = 256;
const FEWEST_DIFFERENT = 5;

/**
 * Length helps more than classes of characters, which only make people write `Password1!`, so there are none.
 * Passwords that guessers try first are refused: common words with digits and signs around them or in place
 * of letters, frequent ones from breaches, keyboard runs, repetitions, and the person's own name. Undefined
 * if nothing is wrong.
 */
export function findProblem(
  password: string,
  about: About,
  { minLength }: PasswordRules,
): PasswordProblem | undefined {
  const length = [...password].length;
  if (length < minLength)
    return problem('PasswordTooShort', {
      en: `Passwords must be at least ${minLength} characters.`,
      ja: `パスワードは ${minLength} 文字以上にしてください。`,
    });
  if (length > MOST_CHARACTERS)
    return problem('PasswordTooLong', {
      en: `Passwords must be at most ${MOST_CHARACTERS} characters.`,
      ja: `パスワードは ${MOST_CHARACTERS} 文字以下にしてください。`,
    });
  const plain = password.normalize('NFKC').toLowerCase();
  if (new Set(plain).size < FEWEST_DIFFERENT || isRepetition(plain) || isMostlyRuns(plain))
    return problem('PasswordTooSimple', {
      en: 'This password is a simple sequence or repetition.',
      ja: 'このパスワードは単純な並びまたは繰り返しです。',
    });
  if (partsOf(about).some((part) => plain.includes(part) && restOf(plain, part) < 6))
    return problem('PasswordContainsUserName', {
      en: 'The password must not be made of your own name.',
      ja: 'ご自分の名前をもとにしたパスワードは使えません。',
    });
  if (isCommon(plain))
    return problem('PasswordTooCommon', {
      en: 'This password is too easy to guess.',
      ja: 'このパスワードは推測されやすいため使えません。',
    });
  return undefined;
}

export const usedBefore = (): PasswordProblem =>
  problem('PasswordUsedBefore', {
    en: 'This password was used before. Choose another one.',
    ja: 'このパスワードは以前に使われました。別のパスワードを設定してください。',
  });

export const ofDirectory = (): PasswordProblem =>
  problem('PasswordOfDirectory', {
    en: 'Their directory looks after this person, who signs in by it and has no password here.',
    ja: 'このユーザーはディレクトリで管理されており、パスワードを設定できません。',
  });

const problem = (code: PasswordProblem['code'], words: Words): PasswordProblem => ({
  code,
  description: words.en,
  words,
});

const LOOKALIKES: Readonly<Record<string, string>> = {
  '0': 'o',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '+': 't',
  '€': 'e',
};

/** `p4$$w0rd` -> `password`. A one becomes an i, or an l if that is asked for. */
const readAsLetters = (text: string, one: 'i' | 'l'): string =>
  [...text.replace(/[1!|]/g, one)].map((sign) => LOOKALIKES[sign] ?? sign).join('');

/**
 * This many signs around a word of the list add nothing that guessers do not try. More may be a password
 * of its own.
 */
const MOST_AROUND = 6;

/** The word without the digits and signs around it, both as it is and with lookalikes replaced. */
function isCommon(plain: string): boolean {
  const breached = breachedPasswords();
  if (breached.has(plain)) return true;
  const stems = commonStems();
  const trimmed = plain.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const candidates = [trimmed, plain.replace(/[^a-z]/g, '')];
  for (const one of ['i', 'l'] as const) {
    candidates.push(readAsLetters(trimmed, one), readAsLetters(plain, one).replace(/[^a-z]/g, ''));
    for (const tail of [/\d{1,6}\W{0,3}$/, /\W{1,3}\d{0,4}$/])
      candidates.push(readAsLetters(plain.replace(tail, ''), one));
  }
  return candidates.some(
    (word) =>
      stems.has(word) ||
      isTwoStems(word, stems) ||
      (word.length >= 4 && plain.length - word.length <= MOST_AROUND && breached.has(word)),
  );
}

/** `adminadmin`, `welcomesummer`. */
function isTwoStems(word: string, stems: ReadonlySet<string>): boolean {
  for (let i = 3; i <= word.length - 3; i++)
    if (stems.has(word.slice(0, i)) && stems.has(word.slice(i))) return true;
  return false;
}

/** `abcabcabc` */
const isRepetition = (text: string): boolean => /^(.{1,5}?)\1+.{0,2}$/su.test(text);

const ROWS = [
  '1234567890',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'qsdfghjklm',
  'zxcvbnm',
  'yxcvbnm',
  'wxcvbn',
  'abcdefghijklmnopqrstuvwxyz',
  '1qaz2wsx3edc4rfv5tgb6zhn',
  '1q2w3e4r5t6y7u8i9o0p',
  '1q2w3e4r5t6z7u8i9o0p',
  'qazwsxedcrfvtgb',
  '!@#$%^&*()',
];

/**
 * Three quarters or more are runs of four or longer on a keyboard or in the alphabet, in either direction.
 */
function isMostlyRuns(text: string): boolean {
  const rows = [...ROWS, ...ROWS.map((row) => [...row].toReversed().join(''))];
  let covered = 0;
  for (let i = 0; i < text.length; ) {
    let length = 0;
    while (i + length < text.length && rows.some((row) => row.includes(text.slice(i, i + length + 1))))
      length++;
    if (length >= 4) covered += length;
    i += Math.max(length >= 4 ? length : 1, 1);
  }
  return covered >= text.length * 0.75;
}

/**
 * User name, the part of the address before the @, and the person's names, if they are long enough to count.
 */
function partsOf({ userName, email, name, surname }: About): string[] {
  const words = [userName, userName.split('@')[0]!, (email ?? '').split('@')[0]!, name, surname];
  return words.map((word) => word.trim().toLowerCase()).filter((word) => word.length >= 4);
}

const restOf = (text: string, part: string): number => text.replaceAll(part, '').length;
