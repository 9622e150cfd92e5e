import { Int64, List, Text } from '../../kernel/contract/fields.ts';
import { event, subject } from '../../kernel/events/event.ts';

const RELEASE = subject({
  entity: 'Release',
  key: 'key',
  reading: { scope: 'OR.Execution', inFolder: 'Processes.View' },
});

const of = {
  of: RELEASE,
  payload: {
    id: Int64({ required: true }),
    name: Text({ required: true }),
    processKey: Text({ required: true }),
    processVersion: Text({ required: true }),
    /** What was changed besides the process itself. */
    changed: List(Text()),
  },
  isPublic: true,
} as const;

export const processCreated = event({ type: 'process.created', ...of });
export const processUpdated = event({ type: 'process.updated', ...of });
export const processDeleted = event({ type: 'process.deleted', ...of });

export const processEvents = [processCreated, processUpdated, processDeleted] as const;
