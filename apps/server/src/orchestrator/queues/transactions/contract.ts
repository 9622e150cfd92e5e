import { enumeration } from '../../../kernel/contract/enumeration.ts';
import {
  Bool,
  Complex,
  DateTime,
  dto,
  Enum,
  Guid,
  Int64,
  Json,
  NameText,
  Text,
} from '../../../kernel/contract/fields.ts';
import { allOf, one, operation, plain } from '../../../kernel/contract/operation.ts';
import { common, EDIT } from '../access.ts';
import {
  itemDeferred,
  itemRetried,
  itemUpdated,
  transactionCompleted,
  transactionFailed,
  transactionStarted,
} from '../events.ts';
import { ProcessingException, QueueItem } from '../items/contract.ts';

export const ReferenceFilterOption = enumeration('ReferenceFilterOption', { Equals: 0, StartsWith: 1 });

export const startTransaction = operation({
  ...common,
  id: 'Queues_StartTransaction',
  tag: 'Queues',
  method: 'POST',
  path: '/odata/Queues/^.StartTransaction',
  summary:
    'Takes the next item of a queue, or creates one that is started at once; 204 when nothing is there.',
  permission: allOf('Queues.View', 'Transactions.View', 'Transactions.Create', 'Transactions.Edit'),
  body: dto('StartTransactionRequest', {
    transactionData: Complex(
      dto('TransactionDataDto', {
        Name: NameText({ required: true }),
        RobotIdentifier: Guid({
          lenient: true,
          description: 'Key of the robot. What is no GUID names none, and is ignored.',
        }),
        SpecificContent: Json({ unchecked: true }),
        DeferDate: DateTime(),
        DueDate: DateTime(),
        Reference: Text({ maxLength: 128 }),
        ReferenceFilterOption: Enum(ReferenceFilterOption),
        ParentOperationId: Text({ maxLength: 128 }),
      }),
      { required: true },
    ),
  }),
  example: { transactionData: { Name: 'Invoices' } },
  odata: { entity: QueueItem, options: 'es' },
  tells: [transactionStarted],
  answer: one(QueueItem, 200, { set: 'Queues', emptyStatus: 204 }),
});

export const TransactionResult = dto('TransactionResultDto', {
  IsSuccessful: Bool({ required: true }),
  ProcessingException: Complex(ProcessingException),
  DeferDate: DateTime(),
  DueDate: DateTime(),
  Output: Json({ unchecked: true }),
  Analytics: Json({ unchecked: true }),
  Progress: Text(),
  OperationId: Text({ maxLength: 128 }),
});

const setResult = {
  ...common,
  tag: 'Queues',
  method: 'POST',
  permission: EDIT,
  params: { key: Int64() },
  summary: 'Ends a transaction: successful, failed, or failed and retried as the queue says.',
  body: dto('SetTransactionResultRequest', {
    transactionResult: Complex(TransactionResult, { required: true }),
  }),
  example: { transactionResult: { IsSuccessful: true, Output: { Total: 12.5 } } },
  tells: [transactionCompleted, transactionFailed, itemRetried, itemDeferred],
  /** `{}`, because the official Python SDK reads JSON where the description has an empty answer. */
  answer: plain(dto('Empty', {})),
} as const;

export const setTransactionResult = operation({
  ...setResult,
  id: 'Queues_SetTransactionResultById',
  path: '/odata/Queues({key})/^.SetTransactionResult',
});

/** Some clients post the result to the set of the item. */
export const setTransactionResultOfItem = operation({
  ...setResult,
  id: 'QueueItems_SetTransactionResultById',
  tag: 'QueueItems',
  path: '/odata/QueueItems({key})/^.SetTransactionResult',
});

export const setTransactionProgress = operation({
  ...common,
  id: 'QueueItems_SetTransactionProgressById',
  tag: 'QueueItems',
  method: 'POST',
  path: '/odata/QueueItems({key})/^.SetTransactionProgress',
  summary: 'Notes how far a transaction is.',
  permission: EDIT,
  params: { key: Int64() },
  body: dto('SetTransactionProgressRequest', { progress: Text() }),
  example: { progress: 'halfway' },
  tells: [itemUpdated],
  answer: plain(dto('Empty', {})),
});
