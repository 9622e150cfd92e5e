import { RetentionType } from './contract.ts';

/** How long to keep jobs of a process, or items of a queue. */
export interface Setting {
  readonly type: number;
  readonly action: number;
  /** Days. */
  readonly period: number;
  /** Only used with the action Archive. */
  readonly bucketId: number | null;
  /** The name of the bucket's member in the input. */
  readonly bucketMember: string;
}

export interface RetentionInput {
  readonly RetentionAction?: number | null;
  readonly RetentionPeriod?: number | null;
  readonly RetentionBucketId?: number | null;
  readonly StaleRetentionAction?: number | null;
  readonly StaleRetentionPeriod?: number | null;
  readonly StaleRetentionBucketId?: number | null;
}

const DEFAULT_DAYS = { [RetentionType.Final]: 30, [RetentionType.Stale]: 180 } as const;

/** SQL with a row for each type and its default number of days. */
export const RETENTION_TYPES = `(values ${Object.entries(DEFAULT_DAYS)
  .map(([type, days]) => `(${type}, ${days})`)
  .join(', ')}) as t (type, period)`;

/** The retention in the body of a process or a queue. What the body does not name stays as it is. */
export function retentionOf(body: RetentionInput): readonly Setting[] {
  const settings: Setting[] = [];
  for (const [type, prefix] of [
    [RetentionType.Final, ''],
    [RetentionType.Stale, 'Stale'],
  ] as const) {
    const action = body[`${prefix}RetentionAction`];
    if (typeof action !== 'number') continue;
    settings.push({
      type,
      action,
      period: body[`${prefix}RetentionPeriod`] ?? DEFAULT_DAYS[type],
      bucketId: body[`${prefix}RetentionBucketId`] ?? null,
      bucketMember: `${prefix}RetentionBucketId`,
    });
  }
  return settings;
}
