import { channel } from 'node:diagnostics_channel';
import { readInstant } from '@baton/odata/instant';
import type { Entity } from './entity.ts';
import type { Dto, Field } from './fields.ts';

/**
 * Makes the JSON of an answer from rows and results, by the declared shape: every declared member is there,
 * null where there is no value (clients read members without asking), enumerations by name, nothing that is
 * not declared. Text at once: an object made first, to be walked again by JSON.stringify, cost as much as all
 * else about an answer.
 */
type Writer = (value: unknown, isStored: boolean) => string;

/**
 * A value that is JSON already, as it came from a client or a column; it goes into the answer letter by
 * letter.
 */
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
  /** What stands where there is no value. */
  readonly fallback: string;
  /** It is the declaration that has a value for it. */
  readonly mayBeLeftOut: boolean;
}

const writers = new WeakMap<Field, Writer>();
const shapes = new WeakMap<Dto, readonly Member[]>();

/** `partial`: members that are undefined were not selected, and stay away. */
export function objectText(shape: Dto | Entity, value: unknown, partial = false, isStored = false): string {
  return value === null || value === undefined ? 'null' : `{${membersText(shape, value, partial, isStored)}}`;
}

/** The members alone, for those who put others before them. */
export function membersText(shape: Dto | Entity, value: unknown, partial = false, isStored = false): string {
  if (value === null || value === undefined) return '';
  const row = value as Record<string, unknown>;
  // What a column holds as JSON is as its client wrote it.
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
 * Members that a whole answer lacks, which the answer says null for. The types see to those that code leaves
 * out; a statement's columns they cannot see, so tests listen here.
 */
export const FORGOTTEN = channel('baton:forgotten');

/**
 * Values that cannot be told, for whoever logs them: a stored time of year 10000 or before year 1, or none at
 * all. The answer says null instead: one odd row must not make a list unreadable.
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
 * Times inside JSON that the database built (`2026-01-02T03:04:05.600000+00:00`) become
 * the API's form (`…05.6Z`).
 */
export const formatInstant = (value: string): string | undefined =>
  PLAIN.test(value) ? value : readInstant(value.replace(/[+]00$/, 'Z'));
