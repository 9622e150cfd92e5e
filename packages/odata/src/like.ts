import sql, { join, type Sql } from 'sql-template-tag';
import { folded } from './fold-text.ts';

/** Escapes a text, so that LIKE takes it literally. */
export const escapeLike = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

/** The LIKE pattern of texts that contain this text. */
export const containing = (text: string): string => `%${escapeLike(text)}%`;

/** Whether one of the texts matches the pattern, compared by their folds. */
export const oneIsLike = (texts: readonly Sql[], pattern: string): Sql =>
  sql`(${join(
    texts.map((text) => sql`${folded(text)} LIKE ${folded(sql`${pattern}::text`)}`),
    ' OR ',
  )})`;
