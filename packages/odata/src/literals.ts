import { isGuid } from './guid.ts';
import { readInstant } from './instant.ts';
import type { Enumeration } from './model.ts';
import type { Literal } from './syntax.ts';
import type { Cast, Constant, Type } from './tree.ts';

/** Why a literal does not fit. The binder adds its place. */
export class LiteralError extends Error {}

const INT64_MAX = 2n ** 63n - 1n;
const NUMBER = /^[+-]?\d{1,400}(\.\d{1,400})?(e[+-]?\d{1,4})?$/i;
const WITHOUT_DASHES = /^[0-9a-f]{32}$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

const constant = (type: Type, cast: Cast, value: string | boolean | null): Constant => ({
  node: 'constant',
  type,
  cast,
  value,
});

const fail = (message: string): never => {
  throw new LiteralError(message);
};

/**
 * The constant for a literal that is compared with a value of the given type. Throws LiteralError
 * if it does not fit.
 */
export function constantFor(literal: Literal, type: Type): Constant {
  if (literal.type === 'null') return constant(type, castOf(type), null);
  switch (type.kind) {
    case 'number':
      return numberConstant(literal, type);
    case 'enum':
      return enumConstant(literal, type.enumeration, type);
    case 'string':
      return literal.type === 'string' || literal.type === 'guid'
        ? constant(type, 'text', literal.text)
        : incompatible(literal, 'Edm.String');
    case 'guid':
      return guidConstant(literal, type);
    case 'datetime':
    case 'date':
      return momentConstant(literal, type.kind);
    case 'boolean':
      return booleanConstant(literal, type);
    default:
      return fail('A value without a type can be compared with null only.');
  }
}

/** The constant for a literal that is compared with no typed value. Its own form decides the type. */
export function naturalConstant(literal: Literal): Constant {
  switch (literal.type) {
    case 'null':
      return constant({ kind: 'null' }, 'text', null);
    case 'boolean':
      return constantFor(literal, { kind: 'boolean' });
    case 'number':
      return numberConstant(literal, {
        kind: 'number',
        integer: /^-?\d+$/.test(literal.text),
        stored: 'numeric',
      });
    case 'guid':
    case 'date':
    case 'datetime':
    case 'string':
      return constantFor(literal, { kind: literal.type });
    default:
      return legacyConstant(literal) ?? fail(`The type '${literal.name}' cannot be used here.`);
  }
}

export function castOf(type: Type): Cast {
  switch (type.kind) {
    case 'boolean':
      return 'bool';
    case 'guid':
      return 'uuid';
    case 'datetime':
      return 'timestamptz';
    case 'date':
      return 'date';
    case 'enum':
      return 'int8';
    case 'number':
      return type.stored === 'int' ? 'int8' : type.stored === 'double' ? 'float8' : 'numeric';
    default:
      return 'text';
  }
}

const EDM_NAMES = {
  number: 'Edm.Decimal',
  date: 'Edm.Date',
  datetime: 'Edm.DateTimeOffset',
  guid: 'Edm.Guid',
};

function describe(literal: Literal): string {
  if (literal.type === 'string') return 'Edm.String';
  if (literal.type === 'boolean') return 'Edm.Boolean';
  if (literal.type === 'enum') return literal.name;
  return literal.type === 'null' ? 'null' : EDM_NAMES[literal.type];
}

function incompatible(literal: Literal, with_: string): never {
  return fail(`A literal of type '${describe(literal)}' cannot be used where '${with_}' is expected.`);
}

// A number in quotes is accepted, because clients quote ids.
function numberConstant(literal: Literal, type: Extract<Type, { kind: 'number' }>): Constant {
  if (literal.type !== 'number' && literal.type !== 'string') return incompatible(literal, 'a number');
  const { text } = literal;
  if (/^-?(INF|NaN)$/.test(text)) {
    if (type.stored !== 'double') return fail(`The number '${text}' can be compared with doubles only.`);
    return constant(type, 'float8', text.replace('INF', 'Infinity'));
  }
  if (!NUMBER.test(text)) return fail(`The value '${text}' is not a valid number.`);
  const approximate = Number(text);
  if (!Number.isFinite(approximate)) return fail(`The number '${text}' is too large.`);
  if (type.stored === 'double') return constant(type, 'float8', String(approximate));
  if (/^[+-]?\d+$/.test(text)) {
    const value = BigInt(text.replace('+', ''));
    // A number beyond 64 bits can still be compared: nothing equals it, and all others are below or above it.
    return constant(type, value > INT64_MAX || value < -INT64_MAX - 1n ? 'numeric' : 'int8', String(value));
  }
  // A number too small for a double counts as 0, because the database would refuse to convert it.
  return constant(type, 'numeric', approximate === 0 ? '0' : text);
}

function enumConstant(literal: Literal, enumeration: Enumeration, type: Type): Constant {
  if (literal.type === 'number' || literal.type === 'string' || literal.type === 'enum') {
    const { text } = literal;
    if (/^[+-]?\d{1,18}$/.test(text)) return constant(type, 'int8', String(Number.parseInt(text, 10)));
    if (literal.type === 'number') {
      return { ...numberConstant(literal, { kind: 'number', integer: true, stored: 'int' }), type };
    }
    return constant(type, 'int8', String(enumNumber(text, enumeration)));
  }
  return incompatible(literal, enumeration.name);
}

/** Members are named in any case. Several names with commas are flags that are combined. */
function enumNumber(text: string, { name, members }: Enumeration): number {
  let result = 0;
  for (const part of text.split(',')) {
    const sought = part.trim().toLowerCase();
    const found = Object.entries(members).find(([member]) => member.toLowerCase() === sought);
    if (!found) return fail(`The string '${text}' is not a valid enumeration type constant of '${name}'.`);
    result |= found[1];
  }
  return result;
}

function guidConstant(literal: Literal, type: Type): Constant {
  if (literal.type !== 'guid' && literal.type !== 'string') {
    const legacy = literal.type === 'enum' ? legacyConstant(literal) : undefined;
    return legacy?.type.kind === 'guid' ? legacy : incompatible(literal, 'Edm.Guid');
  }
  const text = literal.text.replace(/^\{(.*)\}$/, '$1');
  return isGuid(text) || WITHOUT_DASHES.test(text)
    ? constant(type, 'uuid', text.toLowerCase())
    : fail(`The value '${literal.text}' is not a valid Guid.`);
}

function booleanConstant(literal: Literal, type: Type): Constant {
  if (literal.type === 'boolean') return constant(type, 'bool', literal.value);
  if (literal.type === 'string' && /^(true|false)$/i.test(literal.text)) {
    return constant(type, 'bool', literal.text.toLowerCase() === 'true');
  }
  return incompatible(literal, 'Edm.Boolean');
}

/**
 * A date-time is accepted where a date is expected, if it has a time. The other operand then
 * becomes a date-time too.
 */
function momentConstant(literal: Literal, wanted: 'date' | 'datetime'): Constant {
  if (literal.type === 'enum') {
    const legacy = legacyConstant(literal);
    if (legacy?.type.kind === 'datetime') return legacy;
  }
  if (literal.type !== 'date' && literal.type !== 'datetime' && literal.type !== 'string') {
    return incompatible(literal, wanted === 'date' ? 'Edm.Date' : 'Edm.DateTimeOffset');
  }
  const instant = readInstant(literal.text);
  if (instant === undefined) return fail(`The value '${literal.text}' is not a valid date.`);
  if (wanted === 'date' && DAY.test(literal.text)) return constant({ kind: 'date' }, 'date', literal.text);
  return constant({ kind: 'datetime' }, 'timestamptz', instant);
}

/** `guid'…'` and `datetime'…'` of older OData, which old scripts still write. */
function legacyConstant(literal: Extract<Literal, { type: 'enum' }>): Constant | undefined {
  const name = literal.name.toLowerCase();
  if (name === 'guid') return constantFor({ type: 'string', text: literal.text }, { kind: 'guid' });
  if (name !== 'datetime' && name !== 'datetimeoffset') return undefined;
  return constantFor({ type: 'string', text: literal.text }, { kind: 'datetime' });
}
