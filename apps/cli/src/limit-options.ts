import type { Invocation, Option } from './command.ts';
import { UsageError } from './failure.ts';

/** Options that say what a job may take. A process and a start have the same. */
export const LIMIT_OPTIONS: readonly Option[] = [
  { name: 'stop-after', value: 'SECONDS', help: 'time after which a job is stopped; 0 for none' },
  { name: 'kill-after', value: 'SECONDS', help: 'time after that until it is killed; 0 for never' },
  { name: 'retries', value: 'N', help: 'how often a job that faults is run again' },
  { name: 'retry-delay', value: 'SECONDS', help: 'time until it is run again the first time' },
  { name: 'retry-factor', value: 'N', help: 'by which each further delay is longer' },
  { name: 'memory', value: 'MB', help: 'memory that a job may use; 0 for any' },
  { name: 'processors', value: 'N', help: 'processors that it may keep busy, such as 0.5; 0 for any' },
];

const MOST_SECONDS = 999_999_999;

/** What the options say, in the members of the API; those that are not given are left out. */
export function limitsOf(call: Invocation) {
  const { whole } = call;
  const members = {
    StopProcessExpression: whole('stop-after', 0, MOST_SECONDS)?.toString(),
    KillProcessExpression: whole('kill-after', 0, MOST_SECONDS)?.toString(),
    MaxNumberOfRetries: whole('retries', 0, 100),
    RetryDelaySeconds: whole('retry-delay', 1, 86_400),
    RetryDelayFactor: decimal(call, 'retry-factor', 1, 10),
    MemoryLimitMegabytes: whole('memory', 0, 2 ** 31 - 1),
    ProcessorLimit: decimal(call, 'processors', 0, 1024),
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof typeof members]?: NonNullable<(typeof members)[Name]>;
  };
}

function decimal({ text }: Invocation, option: string, min: number, max: number): number | undefined {
  const given = text(option);
  if (given === undefined) return undefined;
  const value = Number(given);
  if (given.trim() !== '' && value >= min && value <= max) return value;
  throw new UsageError(`--${option}: '${given}' is not a number between ${min} and ${max}.`);
}
