import type { Entity } from './entity.ts';
import type { Dto, Field } from './fields.ts';

/**
 * Makes the JSON of an answer from rows and results, by the declared shape: every declared member is there, null where there is
 * no value (clients read members without asking), enumerations by name, nothing that is not declared.
 */
type Writer = (value: unknown) => unknown;

const writers = new WeakMap<Field, Writer>();
const shapes = new WeakMap<Dto, readonly [name: string, write: Writer, fallback: unknown][]>();

/** `partial`: members that are undefined were not selected, and stay away. */
export function writeObject(shape: Dto | Entity, value: unknown, partial = false): unknown {
  if (value === null || value === undefined) return null;
  const row = value as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const [name, write, fallback] of membersOf(shape)) {
    const member = row[name];
    if (member === undefined && partial) continue;
    result[name] = member === null || member === undefined ? fallback : write(member);
  }
  if ('navigations' in shape) {
    for (const [name, { target, many }] of Object.entries(shape.navigations)) {
      const member = row[name];
      if (member === undefined) continue;
      result[name] = many
        ? ((member as unknown[] | null) ?? []).map((item) => writeObject(target(), item, true))
        : writeObject(target(), member, true);
    }
  }
  return result;
}

export function writeField(field: Field, value: unknown): unknown {
  if (value === null || value === undefined) return field.options.default ?? null;
  let writer = writers.get(field);
  if (!writer) writers.set(field, (writer = writerOf(field)));
  return writer(value);
}

function membersOf(shape: Dto): readonly [string, Writer, unknown][] {
  let members = shapes.get(shape);
  if (!members) {
    members = Object.entries(shape.fields)
      .filter(([, field]) => !field.options.writeOnly)
      .map(
        ([name, field]) =>
          [name, (value: unknown) => writeField(field, value), field.options.default ?? null] as const,
      )
      .map(([name, write, fallback]): [string, Writer, unknown] => [name, write, fallback]);
    shapes.set(shape, members);
  }
  return members;
}

function writerOf(field: Field): Writer {
  switch (field.kind) {
    case 'enum':
      if (field.options.numbered) return (value) => value;
      return (value) =>
        typeof value === 'number' ? (field.enumeration!.nameOf(value) ?? String(value)) : value;
    case 'object':
      return (value) => writeObject(field.dto!(), value);
    case 'array':
      return (value) => (value as unknown[]).map((item) => writeField(field.items!, item));
    case 'map':
      return (value) =>
        Object.fromEntries(
          Object.entries(value as object).map(([name, item]) => [name, writeField(field.items!, item)]),
        );
    case 'datetime':
      return (value) => formatInstant(value as string);
    default:
      return (value) => value;
  }
}

/** Times inside JSON that the database built (`2026-01-02T03:04:05.600000+00:00`) become the API's form (`…05.6Z`). */
export function formatInstant(value: string): string {
  if (value.endsWith('Z')) return value;
  const utc = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d*?)0*)?\+00(?::?00)?$/.exec(value);
  if (!utc) return new Date(value).toISOString();
  return `${utc[1]}T${utc[2]}${utc[3] ? `.${utc[3]}` : ''}Z`;
}
