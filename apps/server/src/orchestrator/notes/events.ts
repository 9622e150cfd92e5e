import { Int64 } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';

const NOTE = subject({
  entity: 'Note',
  key: 'id',
  reading: { scope: 'OR.Settings', inTenant: 'Settings.View' },
});

export const noteAdded = event({ type: 'note.added', of: NOTE, payload: { id: Int64({ required: true }) } });

export const noteEvents = [noteAdded] as const;
