import { createHash } from 'node:crypto';
import { readGuid } from '@baton/odata/guid';
import { readInstant } from '@baton/odata/instant';
import { isObject } from '../../kernel/contract/read-input.ts';
import { invalid } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/json/parse-json.ts';
import { LogLevel } from './contract.ts';

/** A line as it is stored, before its job and folder are known. */
export interface LogLine {
  readonly level: number;
  /** In ISO 8601. Undefined if the line has no time that can be read. */
  readonly timeStamp: string | undefined;
  readonly message: string;
  readonly rawMessage: string;
  readonly jobKey: string | undefined;
  readonly processName: string | undefined;
  readonly windowsIdentity: string | undefined;
  readonly robotName: string | undefined;
  readonly hostMachineName: string | undefined;
  readonly fingerprint: string | undefined;
}

/** In characters. Longer messages are cut. */
const LONGEST_MESSAGE = 2 ** 20;
/** In characters. Longer fingerprints are hashed, because the size of an index entry is limited. */
const LONGEST_FINGERPRINT = 100;

/**
 * The words of robots and of .NET besides the API's own. Any other word counts as information, because a line
 * must not get lost.
 */
const LEVELS: Readonly<Record<string, number>> = {
  verbose: LogLevel.Trace,
  information: LogLevel.Info,
  warning: LogLevel.Warn,
  critical: LogLevel.Fatal,
};

/**
 * Reads a line. Refuses only what is not a JSON object, and `path` names it in the message. Unusual members
 * are kept only in the raw message.
 */
export function readLine(given: unknown, path: string): LogLine {
  const line = typeof given === 'string' ? parse(given, path) : given;
  if (!isObject(line)) throw invalid(path, 'must be a JSON object or the text of one');
  const members = new Map(Object.entries(line).map(([name, value]) => [name.toLowerCase(), value]));
  const text = (name: string): string | undefined => {
    const value = members.get(name);
    if (value === null || value === undefined || value === '') return undefined;
    return storable(typeof value === 'string' ? value : JSON.stringify(value));
  };
  const message = text('message') ?? '';
  const isLong = message.length > LONGEST_MESSAGE;
  const raw = typeof given === 'string' && !isLong ? given : JSON.stringify(isLong ? shortened(line) : line);
  return {
    level: levelOf(members.get('level')),
    timeStamp: instantOf(members.get('timestamp')),
    message: isLong ? cut(message) : message,
    rawMessage: storable(raw),
    jobKey: guidOf(members.get('jobid') ?? members.get('jobkey')),
    processName: text('processname'),
    windowsIdentity: text('windowsidentity'),
    robotName: text('robotname'),
    hostMachineName: text('machinename') ?? text('hostmachinename'),
    fingerprint: fingerprintOf(text('fingerprint')),
  };
}

function parse(text: string, path: string): unknown {
  try {
    return parseJson(text.replaceAll('\0', ''));
  } catch {
    throw invalid(path, 'is not the text of a JSON object');
  }
}

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

/** Cuts a message, but not between the halves of a surrogate pair. */
const cut = (message: string): string => `${message.slice(0, LONGEST_MESSAGE - 1).toWellFormed()}…`;

const shortened = (line: Record<string, unknown>): unknown =>
  Object.fromEntries(
    Object.entries(line).map(([name, value]) =>
      name.toLowerCase() === 'message' && typeof value === 'string' ? [name, cut(value)] : [name, value],
    ),
  );

function levelOf(value: unknown): number {
  if (typeof value !== 'string' && typeof value !== 'number') return LogLevel.Info;
  return LEVELS[String(value).trim().toLowerCase()] ?? LogLevel.parse(value) ?? LogLevel.Info;
}

function guidOf(value: unknown): string | undefined {
  const guid = typeof value === 'string' ? readGuid(value.trim()) : undefined;
  return guid === '00000000-0000-0000-0000-000000000000' ? undefined : guid;
}

const LOOKS_LIKE_ISO = /^\d{4}-\d\d-\d\d/;

/**
 * Reads ISO 8601, and everything else that `Date` reads: a line must not get lost, nor a time that can
 * be understood.
 */
function instantOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  if (LOOKS_LIKE_ISO.test(text)) return readInstant(text);
  const date = new Date(text);
  const year = date.getUTCFullYear();
  return year >= 1 && year <= 9999 ? date.toISOString() : undefined;
}

const fingerprintOf = (text: string | undefined): string | undefined =>
  text === undefined || text.length <= LONGEST_FINGERPRINT
    ? text
    : createHash('sha256').update(text).digest('hex');
