import sql, { type Sql } from 'sql-template-tag';
import { Double, Enum, type Input, Int32, Text } from '../../kernel/contract/fields.ts';
import { Labels } from '../labels.ts';
import { StopStrategy } from '../stop-strategy.ts';

/**
 * Baton's own members of processes and starts: what a job may take, and whether one that faults is run again.
 * A start says otherwise than its process; 0 is no limit.
 */
export const limitsOfBoth = {
  MaxNumberOfRetries: Int32({
    min: 0,
    max: 100,
    from: 'max_retries',
    description: 'How often a job that faults is run again, as a new job.',
  }),
  RetryDelaySeconds: Int32({
    min: 1,
    max: 86_400,
    description: 'Seconds until the second attempt; 60 if not given.',
  }),
  RetryDelayFactor: Double({
    min: 1,
    max: 10,
    description: 'By which each further delay is longer, up to a day; 2 if not given.',
  }),
  MemoryLimitMegabytes: Int32({ min: 0, description: 'A job that uses more memory ends as Faulted.' }),
  ProcessorLimit: Double({
    min: 0,
    max: 1024,
    description:
      'Processors that a job may keep busy, such as 0.5. Held on hosts with the label holds-limits.',
  }),
};

export const SECONDS = { maxLength: 32, pattern: /^\s*\d{0,9}\s*$/ } as const;

/** Members of a process alone: starts have them in the public API. */
export const limitsOfProcess = {
  StopProcessExpression: Text({
    ...SECONDS,
    from: '($.stop_after_seconds)::text',
    description: 'Seconds after which its jobs are stopped by StopStrategy.',
  }),
  StopStrategy: Enum(StopStrategy),
  KillProcessExpression: Text({
    ...SECONDS,
    from: '($.kill_after_seconds)::text',
    description: 'Seconds after a soft stop until its jobs are killed.',
  }),
  ...limitsOfBoth,
};

/** All members of a process that are Baton's own. */
export const membersOfOurs = {
  RuntimeKind: Text({
    readOnly: true,
    description:
      'What a host must be able to run: python, node, robot, command; xaml and unknown are for robots of others.',
  }),
  Requires: Labels({
    from: 'to_jsonb($.requires)',
    description: 'Labels that hosts must have to run its jobs. Null goes back to what the package says.',
  }),
  ...limitsOfProcess,
};

/** Of a process or a job. Null is no limit. */
export interface RunLimits {
  readonly stopAfterSeconds: number | null;
  readonly killAfterSeconds: number | null;
  /** A number of StopStrategy. */
  readonly stopStrategy: number | null;
  readonly maxRetries: number;
  readonly retryDelaySeconds: number;
  readonly retryDelayFactor: number;
  readonly memoryLimitMegabytes: number | null;
  readonly processorLimit: number | null;
}

const NONE: RunLimits = {
  stopAfterSeconds: null,
  killAfterSeconds: null,
  stopStrategy: null,
  maxRetries: 0,
  retryDelaySeconds: 60,
  retryDelayFactor: 2,
  memoryLimitMegabytes: null,
  processorLimit: null,
};

type Given = Input<typeof limitsOfProcess>;

/** What is not given stays as in `own`. */
export function limitsFrom(given: Given, own: RunLimits = NONE): RunLimits {
  return {
    stopAfterSeconds: secondsOf(given.StopProcessExpression, own.stopAfterSeconds),
    killAfterSeconds: secondsOf(given.KillProcessExpression, own.killAfterSeconds),
    stopStrategy: given.StopStrategy ?? own.stopStrategy,
    maxRetries: given.MaxNumberOfRetries ?? own.maxRetries,
    retryDelaySeconds: given.RetryDelaySeconds ?? own.retryDelaySeconds,
    retryDelayFactor: given.RetryDelayFactor ?? own.retryDelayFactor,
    memoryLimitMegabytes: (given.MemoryLimitMegabytes ?? own.memoryLimitMegabytes) || null,
    processorLimit: (given.ProcessorLimit ?? own.processorLimit) || null,
  };
}

const secondsOf = (expression: string | null | undefined, own: number | null): number | null =>
  (expression?.trim() ? Number(expression) : own) || null;

/** The columns of releases and of jobs are called alike. `of`: the row. */
export const limitsAsJson = (of: Sql): Sql => sql`jsonb_build_object(
  'stopAfterSeconds', ${of}.stop_after_seconds, 'killAfterSeconds', ${of}.kill_after_seconds,
  'stopStrategy', ${of}.stop_strategy, 'maxRetries', ${of}.max_retries,
  'retryDelaySeconds', ${of}.retry_delay_seconds, 'retryDelayFactor', ${of}.retry_delay_factor,
  'memoryLimitMegabytes', ${of}.memory_limit_megabytes, 'processorLimit', ${of}.processor_limit)`;

/** Under the names of the API, as a process or a start takes them. */
export const limitsAsInput = (of: Sql): Sql => sql`jsonb_build_object(
  'StopProcessExpression', coalesce(${of}.stop_after_seconds, 0)::text,
  'KillProcessExpression', coalesce(${of}.kill_after_seconds, 0)::text,
  'StopStrategy', ${of}.stop_strategy, 'MaxNumberOfRetries', ${of}.max_retries,
  'RetryDelaySeconds', ${of}.retry_delay_seconds, 'RetryDelayFactor', ${of}.retry_delay_factor,
  'MemoryLimitMegabytes', coalesce(${of}.memory_limit_megabytes, 0),
  'ProcessorLimit', coalesce(${of}.processor_limit, 0))`;

export const limitColumns = (limits: RunLimits): readonly (readonly [column: Sql, value: Sql])[] => [
  [sql`stop_after_seconds`, sql`${limits.stopAfterSeconds}::int`],
  [sql`kill_after_seconds`, sql`${limits.killAfterSeconds}::int`],
  [sql`stop_strategy`, sql`${limits.stopStrategy}::smallint`],
  [sql`max_retries`, sql`${limits.maxRetries}::smallint`],
  [sql`retry_delay_seconds`, sql`${limits.retryDelaySeconds}::int`],
  [sql`retry_delay_factor`, sql`${limits.retryDelayFactor}::float8`],
  [sql`memory_limit_megabytes`, sql`${limits.memoryLimitMegabytes}::int`],
  [sql`processor_limit`, sql`${limits.processorLimit}::float8`],
];
