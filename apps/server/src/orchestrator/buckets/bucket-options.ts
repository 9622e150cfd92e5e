import { invalid } from '../../kernel/errors.ts';

/** Flags. They are stored as their sum, and written and read as names with commas between them, or `None`. */
const BucketOptions = { ReadOnly: 1, AuditReadAccess: 2, AccessDataThroughOrchestrator: 4 } as const;

type Flag = keyof typeof BucketOptions;

const NAMES = Object.keys(BucketOptions) as Flag[];
const BY_NAME = new Map<string, number>([
  ['none', 0],
  ...NAMES.map((name): [string, number] => [name.toLowerCase(), BucketOptions[name]]),
]);
const ALL = NAMES.reduce((sum, name) => sum | BucketOptions[name], 0);

export const hasOption = (options: number, flag: Flag): boolean => (options & BucketOptions[flag]) !== 0;

/** Reads names in any case, or the number. */
export function readOptions(text: string): number {
  const number = /^\s*\d{1,3}\s*$/.test(text) ? Number(text) : undefined;
  if (number !== undefined && number <= ALL) return number;
  const flags = text.split(',').map((name) => BY_NAME.get(name.trim().toLowerCase()));
  if (flags.includes(undefined))
    throw invalid('Options', `must be None, or of ${NAMES.join(', ')} those that apply, with commas`);
  return flags.reduce<number>((sum, flag) => sum | flag!, 0);
}

/** SQL for the text of a row's `options`. */
export const OPTIONS_SQL = `case $.options when 0 then 'None' else concat_ws(', ', ${NAMES.map(
  (name) => `case when $.options & ${BucketOptions[name]} <> 0 then '${name}' end`,
).join(', ')}) end`;
