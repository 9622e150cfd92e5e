import type { ScopeName } from '../../kernel/auth/scopes.ts';
import type { Permission, PermissionName } from '../../kernel/contract/permission.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { ApiError } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { restartById } from '../jobs/restart-job.ts';
import { stopThose } from '../jobs/stop-jobs.ts';
import { EDIT } from '../queues/access.ts';
import { deleteThose, giveThosePriority } from '../queues/items/change-item.ts';
import { retryThose } from '../queues/reviews/review-items.ts';
import { StopStrategy } from '../stop-strategy.ts';
import { BulkActionKind } from './contract.ts';

/** Row by its id, and why it was left as it is. */
type Refused = ReadonlyMap<number, string>;

export interface BulkWork {
  readonly scope: ScopeName;
  readonly permission: Permission<PermissionName>;
  /** A row takes a transaction of its own. */
  readonly isSlow?: boolean;
  /** Changes rows of the folder of `ctx`. */
  readonly run: (
    ctx: Context,
    tx: Transaction,
    ids: readonly number[],
    priority: number | null,
  ) => Promise<Refused>;
}

const ofJobs = { scope: 'OR.Jobs', permission: 'Jobs.Edit' } as const;
const ofItems = { scope: 'OR.Queues', permission: EDIT } as const;

export const WORKS: Readonly<Record<number, BulkWork>> = {
  [BulkActionKind.StopJobs]: {
    ...ofJobs,
    run: (ctx, tx, ids) => stopThose(tx, ctx, ids, StopStrategy.SoftStop),
  },
  [BulkActionKind.KillJobs]: {
    ...ofJobs,
    run: (ctx, tx, ids) => stopThose(tx, ctx, ids, StopStrategy.Kill),
  },
  [BulkActionKind.RestartJobs]: {
    scope: 'OR.Jobs',
    permission: 'Jobs.Create',
    isSlow: true,
    run: async (ctx, _, [id]) => restartOrSayWhy(ctx, id!),
  },
  [BulkActionKind.RetryItems]: { ...ofItems, run: (ctx, _, ids) => retryThose(ctx, ids) },
  [BulkActionKind.DeleteItems]: { ...ofItems, run: (ctx, _, ids) => deleteThose(ctx, ids) },
  [BulkActionKind.SetPriorityOfItems]: {
    ...ofItems,
    run: (ctx, _, ids, priority) => giveThosePriority(ctx, ids, priority!),
  },
};

/** A restart is refused before it has written anything. */
async function restartOrSayWhy(ctx: Context, id: number): Promise<Refused> {
  try {
    await restartById(ctx, id);
    return new Map();
  } catch (error) {
    if (error instanceof ApiError) return new Map([[id, error.message]]);
    throw error;
  }
}
