import { JobPriority } from './contract.ts';

/**
 * The three older names as numbers on the scale of 1 to 100. Each is the middle of the range that the
 * name stands for.
 */
const VALUES: Readonly<Record<number, number>> = {
  [JobPriority.Low]: 25,
  [JobPriority.Normal]: 45,
  [JobPriority.High]: 65,
};

export const NORMAL_PRIORITY = 45;

interface Given {
  readonly JobPriority?: number | null;
  readonly SpecificPriorityValue?: number | null;
}

/** The number wins if both are given. Undefined if neither is. */
export function priorityOf({ JobPriority: name, SpecificPriorityValue: value }: Given): number | undefined {
  if (value !== null && value !== undefined) return value;
  return name === null || name === undefined ? undefined : VALUES[name];
}
