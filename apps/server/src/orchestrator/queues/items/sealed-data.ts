import { isObject } from '../../../kernel/contract/read-input.ts';
import { JsonText } from '../../../kernel/contract/write-answer.ts';
import type { Context } from '../../../kernel/http/context.ts';
import type { ItemAnswer } from './item-answer.ts';

/**
 * Encrypted queues seal the content of items. Where other queues store an object, they store a JSON string:
 * base64 of the sealed text. Content itself is always an object, so a string is recognizable as sealed,
 * whatever else was selected.
 */
type Where = Pick<Context, 'sealer' | 'tenant'>;

const purposeOf = ({ tenant }: Where): string => `queue items of tenant ${tenant.id}`;
const seal = (where: Where, text: string): string =>
  where.sealer.seal(Buffer.from(text), purposeOf(where)).toString('base64');
const open = (where: Where, sealed: string): string =>
  where.sealer.open(Buffer.from(sealed, 'base64'), purposeOf(where)).toString();

/** The stored form of content, output or analytics. Limits and schema have been checked before. */
export const sealData = (where: Where, queue: { readonly encrypted: boolean }, text: string | null) =>
  text === null || !queue.encrypted ? text : JSON.stringify(seal(where, text));

const PLAIN_OF_EXCEPTION = new Set(['Type', 'CreationTime']);

/** The texts of an exception are sealed. Its type is not, because items are counted and filtered by it. */
export function sealException(
  where: Where,
  queue: { readonly encrypted: boolean },
  exception: object,
): Readonly<Record<string, unknown>> {
  if (!queue.encrypted) return exception as Record<string, unknown>;
  const members = Object.entries(exception);
  const words = members.filter(([name]) => !PLAIN_OF_EXCEPTION.has(name));
  return {
    ...Object.fromEntries(members.filter(([name]) => PLAIN_OF_EXCEPTION.has(name))),
    sealed: seal(where, JSON.stringify(Object.fromEntries(words))),
  };
}

const DATA = { SpecificContent: 'SpecificData', Output: 'OutputData', Analytics: 'AnalyticsData' } as const;

/** An item as its caller sees it, with everything unsealed. */
export function openItem(where: Where, row: ItemAnswer): ItemAnswer {
  if (row.Encrypted === false) return row;
  const opened: Record<string, unknown> = {};
  for (const [member, text] of Object.entries(DATA)) {
    if (typeof row[member] === 'string') opened[member] = new JsonText(open(where, row[member]));
    if (typeof row[text] === 'string') opened[text] = openText(where, row[text]);
  }
  const exception: unknown = row.ProcessingException;
  if (isObject(exception) && typeof exception.sealed === 'string')
    opened.ProcessingException = { ...exception, ...JSON.parse(open(where, exception.sealed)) };
  return { ...row, ...opened };
}

/** `{"DynamicProperties":"<sealed>"}`. The text is restored exactly, digit by digit. */
function openText(where: Where, text: string): string {
  if (!text.startsWith('{"DynamicProperties":"')) return text;
  const { DynamicProperties: sealed } = JSON.parse(text) as { DynamicProperties: string };
  return `{"DynamicProperties":${open(where, sealed)}}`;
}
