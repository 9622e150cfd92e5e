import type { Limits } from '../../config.ts';
import { invalid } from '../../kernel/errors.ts';
import { QueueError, type QueueErrorName } from './queue-error.ts';

const NAMES = {
  specific: 'QueueItemContentSizeExceeded',
  output: 'QueueItemOutputDataSizeExceeded',
  analytics: 'QueueItemAnalyticsDataSizeExceeded',
} as const satisfies Record<string, QueueErrorName>;

export type DataKind = keyof typeof NAMES;

/** `text` is the JSON as it is stored, before it is sealed. */
export function checkDataSize(
  { queueDataBytes }: Limits,
  kind: DataKind,
  text: string | null,
  member: string,
): void {
  // A UTF-16 unit is three bytes at most.
  if (text === null || text.length * 3 <= queueDataBytes) return;
  const size = Buffer.byteLength(text);
  if (size <= queueDataBytes) return;
  throw new QueueError(400, NAMES[kind], `${member}: is ${size} bytes long, ${queueDataBytes} are allowed.`);
}

export const checkProgress = (limits: Limits, text: string | null | undefined, member: string): void =>
  checkLength(text, limits.queueProgressCharacters, 'QueueItemProgressDataSizeExceeded', member);

interface ExceptionTexts {
  readonly Reason?: string | null;
  readonly Details?: string | null;
  readonly AssociatedImageFilePath?: string | null;
}

export function checkException(
  limits: Limits,
  exception: ExceptionTexts | null | undefined,
  member: string,
): void {
  for (const name of ['Reason', 'Details', 'AssociatedImageFilePath'] as const) {
    const text = exception?.[name];
    checkLength(
      text,
      limits.queueExceptionCharacters,
      'QueueProcessingExceptionFieldSizeExceeded',
      `${member}.${name}`,
    );
  }
}

function checkLength(
  text: string | null | undefined,
  most: number,
  name: QueueErrorName,
  member: string,
): void {
  if (!text || text.length <= most) return;
  throw new QueueError(400, name, `${member}: is ${text.length} characters long, ${most} are allowed.`);
}

export function checkBulk({ queueBulkItems }: Limits, items: readonly unknown[], member: string): void {
  if (items.length > queueBulkItems)
    throw invalid(member, `has ${items.length} items, ${queueBulkItems} are allowed`);
}

export function checkSla({ queueSlaMinutes }: Limits, minutes: number, member: string): void {
  if (minutes > queueSlaMinutes) throw invalid(member, `must be between 0 and ${queueSlaMinutes}`);
}
