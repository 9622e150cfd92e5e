// Made from the server's declarations by `npm run contract`.
import type { NoInput, Operation } from '../operation.ts';

export interface LanguageDto {
  readonly code: string | null;
  readonly displayName: string | null;
}

/** Languages that people may choose. */
export const getLanguages: Operation<NoInput, readonly LanguageDto[]> = {
  id: 'Language_Get',
  method: 'GET',
  path: '/identity/api/Language',
  answer: 'plain',
};
