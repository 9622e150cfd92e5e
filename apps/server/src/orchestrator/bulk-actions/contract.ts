import { enumeration } from '../../kernel/contract/enumeration.ts';
import {
  Complex,
  DateTime,
  dto,
  Enum,
  Guid,
  Int32,
  Int64,
  List,
  NameText,
  Text,
} from '../../kernel/contract/fields.ts';
import { anyOf, operation, plain } from '../../kernel/contract/operation.ts';
import { Job } from '../jobs/contract.ts';
import { EDIT } from '../queues/access.ts';
import { QueueItem, QueueItemPriority } from '../queues/items/contract.ts';

export const BulkActionKind = enumeration('BulkActionKind', {
  StopJobs: 0,
  KillJobs: 1,
  RestartJobs: 2,
  RetryItems: 10,
  DeleteItems: 11,
  SetPriorityOfItems: 12,
});
export const JobAction = enumeration('JobBulkAction', { Stop: 0, Kill: 1, Restart: 2 });
export const ItemAction = enumeration('ItemBulkAction', { Retry: 10, Delete: 11, SetPriority: 12 });
export const BulkActionState = enumeration('BulkActionState', { Running: 0, Completed: 1, Aborted: 2 });
export const Outcome = enumeration('BulkActionOutcome', { Waiting: 0, Done: 1, Refused: 2 });

/** The most rows of one action. */
export const MOST_ROWS = 100_000;

const count = Int32({ notNull: true });
export const BulkAction = dto('BulkActionDto', {
  key: Guid({ notNull: true }),
  kind: Enum(BulkActionKind, { notNull: true }),
  state: Enum(BulkActionState, { notNull: true }),
  name: Text(),
  filter: Text({ description: 'The filter that chose the rows, when the action was made.' }),
  folderId: Int64({ description: 'Null: all folders that the caller might see.' }),
  requestedBy: Text({ notNull: true, description: 'Who: `user:` or `app:` and the id.' }),
  total: count,
  done: count,
  refused: count,
  createdTime: DateTime({ notNull: true }),
  endedTime: DateTime(),
});
export const BulkActionRow = dto('BulkActionRowDto', {
  id: Int64({ notNull: true, description: 'Of the job or the item.' }),
  folderId: Int64({ notNull: true }),
  outcome: Enum(Outcome, { notNull: true }),
  reason: Text({ description: 'Why it was left as it is.' }),
});

const expected = Int32({
  required: true,
  min: 0,
  description:
    'How many rows the caller saw. The call is refused if more than a tenth more or fewer match now.',
});
const name = NameText({ maxLength: 200, description: 'What the caller calls the action.' });
const OWN = { nothing: 'The action is its caller’s alone; what it changes tells its own events.' } as const;

export const changeJobs = operation({
  id: 'Jobs_ChangeMany',
  tag: 'BulkActions',
  method: 'POST',
  path: '/api/Jobs/BulkActions',
  summary: 'Stops, kills or restarts all jobs that the filter finds, in the background.',
  scope: 'OR.Jobs',
  permission: anyOf('Jobs.Edit', 'Jobs.Create'),
  folder: 'required',
  body: dto('JobBulkActionRequest', { action: Enum(JobAction, { required: true }), expected, name }),
  odata: { entity: Job, options: 'f' },
  tells: OWN,
  answer: plain(BulkAction, 201),
  example: { action: 'Stop', expected: 0 },
});

export const changeItemsByFilter = operation({
  id: 'QueueItems_ChangeMany',
  tag: 'BulkActions',
  method: 'POST',
  path: '/api/QueueItems/BulkActions',
  summary:
    'Retries or deletes all queue items that the filter finds, or gives them a priority, in the background.',
  scope: 'OR.Queues',
  permission: EDIT,
  folder: 'required',
  body: dto('ItemBulkActionRequest', {
    action: Enum(ItemAction, { required: true }),
    priority: Enum(QueueItemPriority, { description: 'For SetPriority.' }),
    expected,
    name,
  }),
  odata: { entity: QueueItem, options: 'f' },
  tells: OWN,
  answer: plain(BulkAction, 201),
  example: { action: 'Delete', expected: 0 },
});

const own = { tag: 'BulkActions', scope: null, permission: null, folder: 'none' } as const;
const params = { key: Guid() };

export const getBulkActions = operation({
  ...own,
  id: 'BulkActions_Get',
  method: 'GET',
  path: '/api/BulkActions',
  summary: 'The caller’s last 100 bulk actions, newest first.',
  answer: plain(List(Complex(BulkAction))),
});
export const getBulkAction = operation({
  ...own,
  id: 'BulkActions_GetByKey',
  method: 'GET',
  path: '/api/BulkActions/{key}',
  summary: 'A bulk action and how far it is.',
  params,
  answer: plain(BulkAction),
});
export const getBulkActionRows = operation({
  ...own,
  id: 'BulkActions_GetRows',
  method: 'GET',
  path: '/api/BulkActions/{key}/Rows',
  summary: 'What became of each row, in the order of ids.',
  params,
  query: {
    outcome: Enum(Outcome, { description: 'Only rows with this outcome.' }),
    after: Int64({ description: 'Reads on behind this id.' }),
    take: Int32({ min: 1, max: 1000, description: 'Default 100.' }),
  },
  answer: plain(List(Complex(BulkActionRow))),
});
export const abortBulkAction = operation({
  ...own,
  id: 'BulkActions_Abort',
  method: 'POST',
  path: '/api/BulkActions/{key}/Abort',
  summary: 'Ends a bulk action. What it has done stays; at most one batch of rows is still changed.',
  params,
  tells: OWN,
  answer: plain(BulkAction),
});
export const repeatBulkAction = operation({
  ...own,
  id: 'BulkActions_Repeat',
  method: 'POST',
  path: '/api/BulkActions/{key}/Repeat',
  summary:
    'Lets an action that has ended go on with the rows that it has not changed: those left, and those refused.',
  params,
  tells: OWN,
  answer: plain(BulkAction),
});
