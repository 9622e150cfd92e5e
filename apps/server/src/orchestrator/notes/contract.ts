import { entity } from '../../kernel/contract/entity.ts';
import { Int64, Text } from '../../kernel/contract/fields.ts';
import { many, one, operation } from '../../kernel/contract/operation.ts';
import { noteAdded } from './events.ts';

export const Note = entity({
  name: 'NoteDto',
  set: 'Notes',
  label: 'Note',
  table: 'notes',
  reading: { scope: 'OR.Settings', inTenant: 'Settings.View' },
  properties: { Text: Text({ required: true, maxLength: 1000 }), Id: Int64({ readOnly: true }) },
});

const shared = { tag: 'Notes', path: '/odata/Notes', scope: 'OR.Settings', folder: 'none' } as const;

export const getNotes = operation({
  ...shared,
  id: 'Notes_Get',
  method: 'GET',
  summary: 'Lists notes.',
  permission: 'Settings.View',
  odata: { entity: Note, options: 'efsotkc' },
  answer: many(Note),
});

export const postNote = operation({
  ...shared,
  id: 'Notes_Post',
  method: 'POST',
  summary: 'Adds a note.',
  permission: 'Settings.Edit',
  body: Note,
  tells: [noteAdded],
  answer: one(Note, 201),
  example: { Text: 'The cellar is flooded' },
});
