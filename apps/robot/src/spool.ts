import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { parseExactly } from '@baton/nupkg/exact-json';
import { messageOf } from './log.ts';
import { openMasks } from './masks.ts';
import { isRecord } from './wire.ts';

const levels = ['Verbose', 'Trace', 'Information', 'Warning', 'Error', 'Critical'] as const;
export type Level = (typeof levels)[number];

/** A line of `log.ndjson`. */
export type LogLine = {
  readonly message: string;
  readonly level: Level;
  readonly timeStamp: string;
  readonly logType: 'Default' | 'User';
  /** Unique within the job: the server stores a line once, however often it is sent. */
  readonly fingerprint: string;
  /** Other fields of a structured record. */
  readonly fields?: Readonly<Record<string, unknown>>;
};

export type Spool = {
  add(
    message: string,
    level: Level,
    more?: { logType?: 'Default'; timeStamp?: string; fields?: Record<string, unknown> },
  ): void;
  /**
   * Adds what a process wrote to `BATON_LOG`: `{ level, message, timeStamp?, ... }`. `{ mask }` names a
   * secret, which no later line shows. Any other text is taken as a message.
   */
  addRecord(line: string): void;
  /** The text without the secrets of the job. */
  hide(text: string): string;
  flush(): void;
  close(): void;
};

/** A job that prints without end fills at most this much of the disk. */
const MAX_SPOOL_BYTES = 512 * 1024 * 1024;

/**
 * The file in which a job's lines wait to be sent. Writes are synchronous. So a job that prints faster than
 * the disk can write is slowed down by its pipe.
 * @param secret never written, whatever line it appears in
 * @param append answers how many bytes were written
 */
export function openSpool(
  file: string,
  executionId: string,
  secret: string,
  now: () => Date,
  append: (handle: number, text: Buffer) => number = writeSync,
): Spool {
  const handle = openSync(file, 'a', 0o600);
  const masks = openMasks();
  masks.add(secret);
  let sequence = 0;
  let written = 0;
  let dropped = 0;
  let trouble = '';
  let isTorn = false;

  /**
   * Near the end of a disk only a part may be written, and only the returned count tells. The next line must
   * not be appended to half a line.
   */
  const writeWhole = (text: Buffer) => {
    for (let at = 0; at < text.length; ) {
      at += append(handle, text.subarray(at));
      isTorn = true;
    }
    written += text.length;
  };
  const write = (line: Omit<LogLine, 'fingerprint'>) => {
    if (written > MAX_SPOOL_BYTES) {
      dropped++;
      return;
    }
    const whole = { ...line, fingerprint: `${executionId}-${++sequence}` };
    const json = JSON.stringify(whole, (_name, value: unknown) =>
      typeof value === 'string' ? masks.hide(value) : value,
    );
    const text = `${isTorn ? '\n' : ''}${json}\n`;
    try {
      writeWhole(Buffer.from(text));
      isTorn = false;
    } catch (error) {
      // The disk is full: the job matters more than its lines.
      dropped++;
      trouble = messageOf(error);
    }
  };
  const add: Spool['add'] = (message, level, more = {}) =>
    write({
      message,
      level,
      timeStamp: more.timeStamp ?? now().toISOString(),
      logType: more.logType ?? 'User',
      fields: more.fields,
    });

  const flush = () => {
    try {
      fsyncSync(handle);
    } catch (error) {
      trouble = messageOf(error);
    }
  };

  return {
    add,
    hide: (text) => masks.hide(text),
    addRecord(text) {
      const record = parse(text);
      if (isMask(text, record)) {
        if (isRecord(record) && typeof record['mask'] === 'string') masks.add(record['mask']);
        return;
      }
      if (!isRecord(record) || typeof record['message'] !== 'string') {
        if (text.trim() !== '') add(text, 'Information');
        return;
      }
      const { message, level, timeStamp, fields } = record;
      add(String(message), levels.find((known) => known === level) ?? 'Information', {
        timeStamp: validTime(timeStamp),
        fields: isRecord(fields) ? fields : undefined,
      });
    },
    flush,
    close() {
      if (dropped > 0) {
        written = 0;
        add(`${dropped} lines were dropped: ${trouble || 'the job printed too much'}`, 'Warning', {
          logType: 'Default',
        });
      }
      flush();
      closeSync(handle);
    },
  };
}

export type Batch = { readonly lines: readonly LogLine[]; readonly nextOffset: number };

/**
 * Reads whole lines from an offset on, as many as fit. A line that is still being written waits for the
 * next call.
 * @param maxBytes at least the longest line
 */
export function readBatch(file: string, offset: number, maxLines: number, maxBytes: number): Batch {
  const buffer = Buffer.allocUnsafe(maxBytes);
  const handle = openSync(file, 'r');
  let length = 0;
  try {
    length = readSync(handle, buffer, 0, maxBytes, offset);
  } finally {
    closeSync(handle);
  }
  const lines: LogLine[] = [];
  let from = 0;
  while (lines.length < maxLines) {
    const end = buffer.subarray(from, length).indexOf(0x0a);
    if (end < 0) break;
    const line = parse(buffer.toString('utf8', from, from + end));
    if (isRecord(line)) lines.push(line as LogLine);
    from += end + 1;
  }
  return { lines, nextOffset: offset + from };
}

/** Also one that is no JSON, because it is too long or was torn: it holds a secret. */
const isMask = (text: string, record: unknown): boolean =>
  isRecord(record) ? 'mask' in record : /^\s*\{\s*"mask"/.test(text);

function parse(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return null;
  }
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?=T)/;

/** Undefined for anything but a valid time. `Date` would take 30 February for 2 March. */
function validTime(value: unknown): string | undefined {
  const [, year, month, day] = (typeof value === 'string' && DATE.exec(value)) || [];
  if (new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() !== Number(day))
    return undefined;
  const time = Date.parse(String(value));
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
