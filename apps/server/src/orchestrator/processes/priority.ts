import { JobPriority } from './contract.ts';

/** The middle of what each of the three older names stands for, on the scale of 1 to 100. */
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

/** The number wins where both are given; undefined where neither is. */
export function priorityOf({ JobPriority: name, SpecificPriorityValue: value }: Given): number | undefined {
  if (value !== null && value !== undefined) return value;
  return name === null || name === undefined ? undefined : VALUES[name];
}
