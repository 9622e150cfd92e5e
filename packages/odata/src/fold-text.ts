import sql, { type Sql } from 'sql-template-tag';

/**
 * How text compares, as in the product this engine is made for: letter case does not count, nor how an accent
 * is composed; accents do. Two texts are the same if their folds are.
 *
 * The database has the same function, `folded`: its schema must define it. They agree in all characters that
 * both know, which a test looks at one by one: the two letters whose lower case depends on their place or is
 * two letters are taken first.
 */
export const foldText = (text: string): string =>
  ASCII.test(text)
    ? text.toLowerCase()
    : text.replace(/[Σς]/g, 'σ').replaceAll('İ', 'i\u0307').toLowerCase().normalize('NFC');

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
const ASCII = /^[\0-\x7f]*$/;

export const folded = (text: Sql): Sql => sql`folded(${text})`;

/**
 * For ORDER BY, `<` and `>`: as people sort words, punctuation before digits before letters. No
 * index has this collation: its rules change with the library's version, and an index of the older
 * rules would then be wrong.
 */
export const sortable = (text: Sql): Sql => sql`(folded(${text}) COLLATE "und-x-icu")`;
