import sql, { type Sql } from 'sql-template-tag';

/**
 * Text compares as in the product that this engine is made for. Letter case and the composition of accents do
 * not count; accents do. Two texts are equal if their folds are equal.
 *
 * The database has the same function, `folded`, which its schema must define. Both agree in every character
 * that both know; a test checks each one. Two letters are replaced first: the lower case of one depends on
 * its place, and that of the other has two letters.
 */
export const foldText = (text: string): string =>
  ASCII.test(text)
    ? text.toLowerCase()
    : text.replace(/[Σς]/g, 'σ').replaceAll('İ', 'i\u0307').toLowerCase().normalize('NFC');

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
const ASCII = /^[\0-\x7f]*$/;

export const folded = (text: Sql): Sql => sql`folded(${text})`;

/**
 * For ORDER BY, `<` and `>`: the order in which people sort words, punctuation before digits before letters.
 * No index has this collation. Its rules change with the version of the library, and an index built with
 * older rules would be wrong.
 */
export const sortable = (text: Sql): Sql => sql`(folded(${text}) COLLATE "und-x-icu")`;
