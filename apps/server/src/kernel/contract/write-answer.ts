import { channel } from 'node:diagnostics_channel';
import { readInstant } from '@baton/odata/instant';
import type { Entity } from './entity.ts';
import type { Dto, Field } from './fields.ts';

/**
 * Makes the JSON of an answer from rows and results, by the declared shape. Every declared member is present,
 * null if there is no value, because clients read members without checking. Enumerations are given by name,
 * and nothing undeclared is answered. The text is written directly: an intermediate object for JSON.stringify
 * cost as much as everything else about an answer.
 */
type Writer = (value: unknown, isStored: boolean) => string;

/** A value that is JSON already, from a client or a column. It goes into the answer letter by letter. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

interface Member {
  readonly name: string;
  /** `"Name":` */
  readonly label: string;
  readonly write: Writer;
  /** What is written if there is no value. */
  readonly fallback: string;
  /** Whether the declaration has a value for it. */
  readonly mayBeLeftOut: boolean;
}

const writers = new WeakMap<Field, Writer>();
const shapes = new WeakMap<Dto, readonly Member[]>();

/** `partial`: members that are undefined were not selected, and are left out. */
export function objectText(shape: Dto | Entity, value: unknown, partial = false, isStored = false): string {
  return value === null || value === undefined ? 'null' : `{${membersText(shape, value, partial, isStored)}}`;
}

/** The members without braces, for callers that put other members before them. */
export function membersText(shape: Dto | Entity, value: unknown, partial = false, isStored = false): string {
  if (value === null || value === undefined) return '';
  const row = value as Record<string, unknown>;
  // JSON in a column is stored as its client wrote it.
  const isColumn = isStored || 'navigations' in shape;
  let text = '';
  for (const { name, label, write, fallback, mayBeLeftOut } of membersOf(shape)) {
    const member = row[name];
    if (member === undefined) {
      if (partial) continue;
      if (!mayBeLeftOut && !isStored) FORGOTTEN.publish({ shape: shape.name, member: name });
    }
    if (text !== '') text += ',';
    text += label + (member === null || member === undefined ? fallback : write(member, isColumn));
  }
  if ('navigations' in shape) {
    for (const [name, { target, many }] of Object.entries(shape.navigations)) {
      const member = row[name];
      if (member === undefined) continue;
      if (text !== '') text += ',';
      text += `${JSON.stringify(name)}:`;
      text += many
        ? listText((member as unknown[] | null) ?? [], (item) => objectText(target(), item, true))
        : objectText(target(), member, true);
    }
  }
  return text;
}

export function fieldText(field: Field, value: unknown, isStored = false): string {
  if (value === null || value === undefined) return JSON.stringify(field.options.default ?? null);
  return writerFor(field)(value, isStored);
}

export function listText(items: readonly unknown[], write: (item: unknown) => string): string {
  let text = '[';
  for (let i = 0; i < items.length; i++) text += i === 0 ? write(items[i]) : `,${write(items[i])}`;
  return `${text}]`;
}

function membersOf(shape: Dto): readonly Member[] {
  let members = shapes.get(shape);
  if (!members) {
    members = Object.entries(shape.fields)
      .filter(([, field]) => !field.options.writeOnly)
      .map(([name, field]) => ({
        name,
        label: `${JSON.stringify(name)}:`,
        write: writerFor(field),
        fallback: JSON.stringify(fallbackOf(field)),
        mayBeLeftOut: fallbackOf(field) !== null || field.options.constant === null,
      }));
    shapes.set(shape, members);
  }
  return members;
}

const fallbackOf = ({ options }: Field): unknown => options.default ?? options.constant ?? null;

function writerFor(field: Field): Writer {
  let writer = writers.get(field);
  if (!writer) writers.set(field, (writer = writerOf(field)));
  return writer;
}

function writerOf(field: Field): Writer {
  switch (field.kind) {
    case 'enum':
      if (field.options.numbered) return textOf;
      return (value) =>
        textOf(typeof value === 'number' ? (field.enumeration!.nameOf(value) ?? String(value)) : value);
    case 'object':
      return (value, isStored) => objectText(field.dto!(), value, false, isStored);
    case 'array':
      return (value, isStored) =>
        listText(value as unknown[], (item) => fieldText(field.items!, item, isStored));
    case 'map':
      return (value, isStored) =>
        `{${Object.entries(value as object)
          .map(([name, item]) => `${JSON.stringify(name)}:${fieldText(field.items!, item, isStored)}`)
          .join(',')}}`;
    case 'datetime':
      return (value) => instantText(field, value);
    default:
      return textOf;
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (value instanceof JsonText) return value.text;
  return JSON.stringify(value) ?? 'null';
}

/**
 * Reports members that a whole answer lacks, for which the answer says null. The compiler finds members that
 * code leaves out, but it cannot see the columns of a statement. So tests listen here.
 */
export const FORGOTTEN = channel('baton:forgotten');

/**
 * Reports values that cannot be answered, to whoever logs them: a stored time after year 9999 or before year
 * 1, or no time at all. The answer says null instead, because one odd row must not spoil a list.
 */
export const UNTOLD = channel('baton:untold');

function instantText({ kind }: Field, value: unknown): string {
  const text = typeof value === 'string' ? formatInstant(value) : undefined;
  if (text !== undefined) return `"${text}"`;
  UNTOLD.publish({ kind, value: String(value).slice(0, 100) });
  return 'null';
}

const PLAIN = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/**
 * Turns a time inside JSON that the database built, such as `2026-01-02T03:04:05.600000+00:00`, into the
 * API's form, such as `2026-01-02T03:04:05.6Z`.
 */
export const formatInstant = (value: string): string | undefined =>
  PLAIN.test(value) ? value : readInstant(value.replace(/[+]00$/, 'Z'));
