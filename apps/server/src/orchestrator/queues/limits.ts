import { QueueError, type QueueErrorName } from './queue-error.ts';

/** What an item may hold at most, and how long it may run; the guide's values. */
export const QUEUE_LIMITS = {
  /** Bytes of each of SpecificContent, Output and Analytics, as JSON in UTF-8. */
  dataBytes: 1_048_576,
  /** Characters of Progress. */
  progressCharacters: 1_048_576,
  /** Characters of each text of a processing exception. */
  exceptionCharacters: 1_048_576,
  /** Minutes without a result after which a transaction is abandoned. */
  abandonedAfterMinutes: 24 * 60,
} as const;

const NAMES = {
  specific: 'QueueItemContentSizeExceeded',
  output: 'QueueItemOutputDataSizeExceeded',
  analytics: 'QueueItemAnalyticsDataSizeExceeded',
} as const satisfies Record<string, QueueErrorName>;

export type DataKind = keyof typeof NAMES;

/** `text` is the JSON as it is stored, before it is sealed. */
export function checkDataSize(kind: DataKind, text: string | null, member: string): void {
  // A UTF-16 unit is three bytes at most.
  if (text === null || text.length * 3 <= QUEUE_LIMITS.dataBytes) return;
  const size = Buffer.byteLength(text);
  if (size <= QUEUE_LIMITS.dataBytes) return;
  throw new QueueError(
    400,
    NAMES[kind],
    `${member}: is ${size} bytes long, ${QUEUE_LIMITS.dataBytes} are allowed.`,
  );
}

export const checkProgress = (text: string | null | undefined, member: string): void =>
  checkLength(text, QUEUE_LIMITS.progressCharacters, 'QueueItemProgressDataSizeExceeded', member);

interface ExceptionTexts {
  readonly Reason?: string | null;
  readonly Details?: string | null;
  readonly AssociatedImageFilePath?: string | null;
}

export function checkException(exception: ExceptionTexts | null | undefined, member: string): void {
  for (const name of ['Reason', 'Details', 'AssociatedImageFilePath'] as const) {
    const text = exception?.[name];
    checkLength(
      text,
      QUEUE_LIMITS.exceptionCharacters,
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
