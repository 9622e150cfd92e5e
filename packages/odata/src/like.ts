import sql, { join, type Sql } from 'sql-template-tag';
import { folded } from './fold-text.ts';

/** Text as part of a pattern of LIKE, where it stands for itself. */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

/** The pattern of what holds the text, wherever it stands. */
export const containing = (text: string): string => `%${escapeLike(text)}%`;

/** One of the texts fits the pattern, as text compares. */
export const oneIsLike = (texts: readonly Sql[], pattern: string): Sql =>
  sql`(${join(
    texts.map((text) => sql`${folded(text)} LIKE ${folded(sql`${pattern}::text`)}`),
    ' OR ',
  )})`;
