import type { Input } from '../../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { ApiError, notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { type AddInput, addManyItems, NotTaken } from '../hot/add-batch.ts';
import { checkBulk } from '../limits.ts';
import { errorNameOf } from '../queue-error.ts';
import { type QueueRow } from '../rows.ts';
import { queueByName } from '../sql.ts';
import { type ItemInput, readInput, sealInput } from './add-queue-item.ts';
import { type bulkAddQueueItems, CommitType, type QueueItemData } from './contract.ts';
import { misfit, misfits } from './item-data.ts';

interface FailedItem {
  readonly Ordinal: number;
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** Always answers 200, with the failures in the answer. Ordinals count from 0. */
export async function bulkAdd(
  ctx: Context,
  { body }: InputFor<typeof bulkAddQueueItems>,
): Promise<AnswerFor<typeof bulkAddQueueItems>> {
  checkBulk(ctx, body.queueItems, 'queueItems');
  const queue = await queueByName(ctx, body.queueName);
  const items = body.queueItems as readonly Input<typeof QueueItemData.fields>[];
  const checked = await checkedInputs(ctx, queue, items);
  const failed = await addChecked(ctx, checked, body.commitType ?? CommitType.AllOrNothing);
  return {
    Success: failed.length === 0,
    Message: failed.length === 0 ? null : `${failed.length} of ${items.length} items could not be added.`,
    FailedItems: failed.map(({ ordinal, error }) => failedItem(ordinal, error)),
  };
}

type Checked = AddInput | ApiError;

async function checkedInputs(
  ctx: Context,
  queue: QueueRow,
  items: readonly ItemInput[],
): Promise<readonly Checked[]> {
  const all = items.map((item, ordinal) => inputOrError(ctx, queue, item, ordinal));
  const right = all.filter((one): one is AddInput => !(one instanceof ApiError));
  const problems = await misfits(
    ctx,
    queue,
    'specific',
    right.map(({ content }) => content),
  );
  let next = 0;
  return all.map((one, ordinal) => {
    if (one instanceof ApiError) return one;
    const problem = problems[next++];
    return problem === undefined
      ? sealInput(ctx, queue, one)
      : misfit(`queueItems[${ordinal}].SpecificContent`, problem);
  });
}

function inputOrError(ctx: Context, queue: QueueRow, item: ItemInput, ordinal: number): Checked {
  try {
    return readInput(ctx, queue, item, `queueItems[${ordinal}].`);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

interface Failure {
  readonly ordinal: number;
  readonly error: ApiError;
}

/** Carries the failures out of a transaction that has to be rolled back. */
class TakenBack extends Error {
  readonly failed: readonly Failure[];
  constructor(failed: readonly Failure[]) {
    super();
    this.failed = failed;
  }
}

async function addChecked(
  ctx: Context,
  all: readonly Checked[],
  commitType: number,
): Promise<readonly Failure[]> {
  let checked = all;
  for (;;) {
    try {
      const failed = await ctx.transaction(async (tx) => {
        const found = await addTogether(tx, checked, commitType === CommitType.StopOnFirstFailure);
        // The items after the first failure were added as well, so add again without them.
        const isTooMuch = commitType === CommitType.StopOnFirstFailure && found.some(({ isLate }) => isLate);
        if (found.length > 0 && (isTooMuch || commitType === CommitType.AllOrNothing))
          throw new TakenBack(found);
        return found;
      });
      return failed;
    } catch (error) {
      if (!(error instanceof TakenBack)) throw error;
      if (commitType === CommitType.AllOrNothing) return error.failed;
      const [first] = error.failed;
      checked = checked.with(first!.ordinal, first!.error);
    }
  }
}

interface Found extends Failure {
  /** Only the statement could know, and it has already added the items that come after. */
  readonly isLate: boolean;
}

/**
 * Adds all valid items in one statement. With `untilWrong`, it adds only those before the
 * first known failure.
 */
async function addTogether(
  tx: Transaction,
  checked: readonly Checked[],
  untilWrong: boolean,
): Promise<readonly Found[]> {
  const firstWrong = checked.findIndex((one) => one instanceof ApiError);
  const tried = untilWrong && firstWrong >= 0 ? checked.slice(0, firstWrong + 1) : checked;
  const ordinals = [...tried.keys()].filter((ordinal) => !(tried[ordinal] instanceof ApiError));
  const right = ordinals.map((ordinal) => tried[ordinal] as AddInput);
  const added = right.length > 0 ? await addManyItems(tx, right) : [];
  const failed: Found[] = [];
  for (const [ordinal, one] of tried.entries())
    if (one instanceof ApiError) failed.push({ ordinal, error: one, isLate: false });
  for (const [i, one] of added.entries()) {
    if (one instanceof NotTaken) throw notFound('Queue');
    if (one instanceof ApiError) failed.push({ ordinal: ordinals[i]!, error: one, isLate: true });
    else if (one) throw one;
  }
  return failed.sort((a, b) => a.ordinal - b.ordinal);
}

function failedItem(ordinal: number, error: ApiError): FailedItem {
  return { Ordinal: ordinal, ErrorCode: errorNameOf(error), ErrorMessage: error.message };
}
