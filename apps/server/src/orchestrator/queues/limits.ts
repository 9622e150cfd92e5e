import { invalid } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { QueueError, type QueueErrorName } from './queue-error.ts';
import { queueSettings } from './settings.ts';

/** Gives the values that the operator has set. */
export type Limits = Pick<Context, 'setting'>;

const NAMES = {
  specific: 'QueueItemContentSizeExceeded',
  output: 'QueueItemOutputDataSizeExceeded',
  analytics: 'QueueItemAnalyticsDataSizeExceeded',
} as const satisfies Record<string, QueueErrorName>;

export type DataKind = keyof typeof NAMES;

/** `text` is the JSON in its stored form, before it is sealed. */
export function checkDataSize(
  { setting }: Limits,
  kind: DataKind,
  text: string | null,
  member: string,
): void {
  const most = setting(queueSettings.dataBytes);
  // A UTF-16 unit takes three bytes at most.
  if (text === null || text.length * 3 <= most) return;
  const size = Buffer.byteLength(text);
  if (size <= most) return;
  throw new QueueError(400, NAMES[kind], `${member}: is ${size} bytes long, ${most} are allowed.`);
}

export const checkProgress = ({ setting }: Limits, text: string | null | undefined, member: string): void =>
  checkLength(text, setting(queueSettings.progressCharacters), 'QueueItemProgressDataSizeExceeded', member);

interface ExceptionTexts {
  readonly Reason?: string | null;
  readonly Details?: string | null;
  readonly AssociatedImageFilePath?: string | null;
}

export function checkException(
  { setting }: Limits,
  exception: ExceptionTexts | null | undefined,
  member: string,
): void {
  for (const name of ['Reason', 'Details', 'AssociatedImageFilePath'] as const) {
    const text = exception?.[name];
    checkLength(
      text,
      setting(queueSettings.exceptionCharacters),
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

export function checkBulk({ setting }: Limits, items: readonly unknown[], member: string): void {
  const most = setting(queueSettings.bulkItems);
  if (items.length > most) throw invalid(member, `has ${items.length} items, ${most} are allowed`);
}

export function checkSla({ setting }: Limits, minutes: number, member: string): void {
  const most = setting(queueSettings.slaMinutes);
  if (minutes > most) throw invalid(member, `must be between 0 and ${most}`);
}
