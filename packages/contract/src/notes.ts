// Made from the server's declarations by `npm run contract`.
import type { Many, NoInput, One, Operation } from './operation.ts';

export interface NoteDto {
  readonly Text: string;
  readonly Id: number;
}

export interface NoteDtoInput {
  readonly Text: string;
}

/** Lists notes. */
export const getNotes: Operation<NoInput, Many<NoteDto>> = {
  id: 'Notes_Get',
  method: 'GET',
  path: '/odata/Notes',
  answer: 'many',
};

/** Adds a note. */
export const postNote: Operation<{ readonly body: NoteDtoInput }, One<NoteDto>> = {
  id: 'Notes_Post',
  method: 'POST',
  path: '/odata/Notes',
  answer: 'one',
};
