import {
  Bool,
  Complex,
  DateTime,
  dto,
  Guid,
  Int32,
  Int64,
  List,
  Text,
} from '../../../kernel/contract/fields.ts';
import { operation, plain } from '../../../kernel/contract/operation.ts';
import { VIEW } from '../access.ts';

const count = Int32({ notNull: true });

const Hour = dto('QueueHourDto', {
  time: DateTime({ notNull: true }),
  successful: count,
  businessExceptions: count,
  applicationExceptions: count,
});

export const Pulse = dto('QueuePulseDto', {
  id: Int64({ notNull: true }),
  key: Guid({ notNull: true }),
  name: Text({ notNull: true }),
  folderId: Int64({ notNull: true }),
  waiting: Int32({ notNull: true, description: 'Items that wait, with those that are deferred.' }),
  inProgress: count,
  oldestWaiting: DateTime({ description: 'Since when the item waits that has waited longest.' }),
  waitingBefore: Int32({ description: 'How many waited at `before`. Null where that was not counted.' }),
  before: DateTime({ description: 'The end of the last hour that was counted.' }),
  endedLastHour: Int32({ notNull: true, description: 'Items that ended for good, in the last 60 minutes.' }),
  failedLastHour: Int32({ notNull: true, description: 'Attempts that failed, in the last 60 minutes.' }),
  empty: DateTime({
    description:
      'When it would be empty if items ended as in the last hour and none were added. Null: nothing waits, or nothing ended.',
  }),
  hours: List(Complex(Hour), { notNull: true, description: 'What ended in the last 24 hours.' }),
});

/** Baton's own operation. */
export const getPulse = operation({
  id: 'QueueDefinitions_GetPulse',
  tag: 'QueueDefinitions',
  method: 'GET',
  path: '/api/QueueDefinitions/Pulse',
  summary:
    'How each queue is doing: what waits and since when, what the last day did, and when it will be empty.',
  scope: 'OR.Queues',
  permission: VIEW,
  folder: 'optional',
  query: {
    withSubfolders: Bool({ description: 'Also queues of the folders below the one of the call.' }),
    queueId: Int64({ description: 'Only this queue.' }),
  },
  answer: plain(List(Complex(Pulse))),
});
