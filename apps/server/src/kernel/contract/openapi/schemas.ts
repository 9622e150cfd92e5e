import type { Entity } from '../entity.ts';
import type { Dto, Field } from '../fields.ts';
import { effectOf } from '../not-carried-out.ts';

export type Schema = Readonly<Record<string, unknown>>;

/** The shapes that a document names, each described once. */
export type Schemas = Map<string, Schema>;

export function shapeReference(shape: Dto | Entity, schemas: Schemas): Schema {
  if (!schemas.has(shape.name)) {
    schemas.set(shape.name, {});
    const key = 'key' in shape ? shape.key : null;
    const properties = Object.fromEntries(
      Object.entries(shape.fields).map(([name, field]) => [
        name,
        name === key ? valueSchema(field, schemas) : fieldSchema(field, schemas),
      ]),
    );
    for (const [name, { target, many }] of Object.entries('navigations' in shape ? shape.navigations : {})) {
      const schema = shapeReference(target(), schemas);
      properties[name] = many ? { type: 'array', items: schema } : orNull(schema);
    }
    const required = Object.keys(shape.fields).filter((name) => shape.fields[name]!.options.required);
    schemas.set(shape.name, { type: 'object', ...(required.length > 0 ? { required } : {}), properties });
  }
  return { $ref: `#/components/schemas/${shape.name}` };
}

/** The schema of a member: its value, or null if the member is nullable. */
function fieldSchema(field: Field, schemas: Schemas): Schema {
  const schema = valueSchema(field, schemas);
  return isNullable(field) ? orNull(schema) : schema;
}

/**
 * Every answer contains every member, so a member without a value is null, unless the declaration gives
 * another value. Bodies may send null for the same members.
 */
export const isNullable = ({ options }: Field): boolean =>
  !options.required && !options.notNull && (options.default ?? options.constant ?? null) === null;

/** The schema of a whole answer. A list may be empty, and is never null. */
export const answerSchema = (field: Field, schemas: Schemas): Schema =>
  field.kind === 'array' ? valueSchema(field, schemas) : fieldSchema(field, schemas);

/**
 * OpenAPI 3.0 allows `nullable` only beside a type. An enumeration must list null, too, and a reference needs
 * `oneOf` with null.
 */
function orNull(schema: Schema): Schema {
  const { $ref, allOf, ...more } = schema;
  if ($ref !== undefined) return { oneOf: [{ $ref }, NULL] };
  if (allOf !== undefined) return { oneOf: [...(allOf as Schema[]), NULL], ...more };
  if (schema.type === undefined) return schema;
  const values = schema.enum === undefined ? {} : { enum: [...(schema.enum as unknown[]), null] };
  return { ...schema, ...values, nullable: true };
}

const NULL: Schema = { type: 'object', nullable: true, enum: [null] };

/** The schema of a value that is not null: of a member, a parameter or an item of a list. */
export function valueSchema(field: Field, schemas: Schemas): Schema {
  const { options } = field;
  const description = descriptionOf(field);
  const common = {
    ...(description === undefined ? {} : { description }),
    ...(options.readOnly ? { readOnly: true } : {}),
    ...(options.writeOnly ? { writeOnly: true } : {}),
  };
  const limits = { minimum: options.min, maximum: options.max };
  switch (field.kind) {
    case 'int32':
    case 'int64':
      return { type: 'integer', format: field.kind, ...limits, ...common };
    case 'double':
      return { type: 'number', format: 'double', ...limits, ...common };
    case 'boolean':
      return { type: 'boolean', ...common };
    case 'string':
      return { type: 'string', maxLength: options.maxLength, minLength: options.minLength, ...common };
    case 'guid':
      return { type: 'string', format: 'uuid', ...common };
    case 'datetime':
      return { type: 'string', format: 'date-time', ...common };
    case 'enum':
      return options.numbered
        ? { type: 'integer', enum: Object.values(field.enumeration!.members), ...common }
        : { type: 'string', enum: Object.keys(field.enumeration!.members), ...common };
    case 'array':
      return { type: 'array', items: valueSchema(field.items!, schemas), ...common };
    case 'map':
      return { type: 'object', additionalProperties: fieldSchema(field.items!, schemas), ...common };
    case 'object': {
      const reference = shapeReference(field.dto!(), schemas);
      return Object.keys(common).length === 0 ? reference : { allOf: [reference], ...common };
    }
    case 'any':
      return common;
  }
}

export const descriptionOf = ({ options }: Field): string | undefined =>
  [options.description, effectOf(options)].filter(Boolean).join(' ') || undefined;
