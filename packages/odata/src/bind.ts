import { bindPath, type Names, type Target } from './bind-path.ts';
import { ODataError } from './errors.ts';
import { FUNCTIONS, type Parameter } from './functions.ts';
import type { Limits } from './limits.ts';
import { castOf, constantFor, LiteralError, naturalConstant } from './literals.ts';
import type { EntityType } from './model.ts';
import { elementType, holdsJson, propertyType } from './property-type.ts';
import type { Arithmetic, BinarySyntax, Comparison, LambdaSyntax, ListItem, Syntax } from './syntax.ts';
import { type Collection, type Constant, type Expr, type Row, type Type, typeOf } from './tree.ts';

interface Context extends Names {
  readonly nextRow: () => number;
}

/** The filtered row is row 0. Rows of lambdas get the next numbers. */
function contextFor(type: EntityType, option: string, limits: Limits): Context {
  let rows = 0;
  const it: Row = { shape: 'entity', id: 0, type };
  return { option, limits, it, variables: new Map(), nextRow: () => (rows += 1) };
}

export function bindFilter(syntax: Syntax, type: EntityType, limits: Limits): Expr {
  const context = contextFor(type, '$filter', limits);
  const expr = asBoolean(syntax, context);
  return expr ?? fail('The $filter expression must evaluate to a single boolean value.', syntax.at, context);
}

export function bindOrder(syntax: Syntax, type: EntityType, limits: Limits): Expr {
  const context = contextFor(type, '$orderby', limits);
  const expr = bind(syntax, context);
  if (isSortable(typeOf(expr))) return expr;
  return fail(
    'The $orderby expression must evaluate to a single value of primitive type.',
    syntax.at,
    context,
  );
}

const isSortable = ({ kind }: Type): boolean => kind !== 'untyped' && kind !== 'null';

function bind(syntax: Syntax, context: Context): Expr {
  switch (syntax.kind) {
    case 'literal':
      return guarded(() => naturalConstant(syntax.literal), syntax.at, context);
    case 'path':
      return value(bindPath(syntax.segments, context), syntax.at, context);
    case 'not':
      return { node: 'not', operand: condition(syntax.operand, context) };
    case 'negate':
      return { node: 'negate', operand: number(syntax.operand, context) };
    case 'in':
      return list(syntax.operand, syntax.items, context);
    case 'call':
      return call(syntax, context);
    case 'lambda':
      return lambda(syntax, context);
    case 'count': {
      const { collection, element } = collectionOf(bindPath(syntax.segments, context), syntax.at, context);
      return { node: 'count', collection, element };
    }
    default:
      return binary(syntax, context);
  }
}

function binary(syntax: BinarySyntax, context: Context): Expr {
  const { operator } = syntax;
  if (operator === 'and' || operator === 'or') {
    const left = condition(syntax.left, context);
    return { node: 'logic', operator, left, right: condition(syntax.right, context) };
  }
  if (/^(eq|ne|gt|ge|lt|le)$/.test(operator)) return comparison(syntax, operator as Comparison, context);
  const left = number(syntax.left, context);
  const right = number(syntax.right, context);
  const integer = isInteger(left) && isInteger(right) && operator !== 'divby';
  return { node: 'arithmetic', operator: operator as Arithmetic, integer, left, right };
}

function isInteger(expr: Expr): boolean {
  const type = typeOf(expr);
  return type.kind === 'number' && type.integer;
}

function comparison(syntax: BinarySyntax, operator: Comparison, context: Context): Expr {
  const missing = nullNavigation(syntax, operator, context);
  if (missing) return missing;
  const [left, right] = pair(syntax.left, syntax.right, context);
  const ordered = operator !== 'eq' && operator !== 'ne';
  if (!comparable(typeOf(left), typeOf(right), ordered)) {
    const types = `'${nameOf(typeOf(left))}' and '${nameOf(typeOf(right))}'`;
    const kind = `operator kind '${OPERATOR_KINDS[operator]}'`;
    const what = 'A binary operator with incompatible types was detected.';
    fail(`${what} Found operand types ${types} for ${kind}.`, syntax.at, context);
  }
  return { node: 'compare', operator, left, right };
}

const OPERATOR_KINDS: Readonly<Record<Comparison, string>> = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
};

const KIND_NAMES = {
  boolean: 'Edm.Boolean',
  string: 'Edm.String',
  guid: 'Edm.Guid',
  datetime: 'Edm.DateTimeOffset',
  date: 'Edm.Date',
  number: 'Edm.Decimal',
  untyped: 'Edm.Untyped',
  null: 'null',
};

const nameOf = (type: Type): string => (type.kind === 'enum' ? type.enumeration.name : KIND_NAMES[type.kind]);

function comparable(left: Type, right: Type, ordered: boolean): boolean {
  if (left.kind === 'null' || right.kind === 'null') return true;
  const day = /^date(time)?$/;
  if (day.test(left.kind) && day.test(right.kind)) return true;
  return left.kind === right.kind && !(ordered && (left.kind === 'boolean' || left.kind === 'untyped'));
}

/** A literal takes the type of the other operand, whichever side it is on. */
function pair(left: Syntax, right: Syntax, context: Context): [Expr, Expr] {
  if (left.kind !== 'literal') {
    const bound = bind(left, context);
    return [
      bound,
      right.kind === 'literal' ? literalFor(right, typeOf(bound), context) : bind(right, context),
    ];
  }
  const bound = bind(right, context);
  return [literalFor(left, typeOf(bound), context), bound];
}

type LiteralSyntax = Extract<Syntax, { kind: 'literal' }>;

function literalFor({ literal, at }: LiteralSyntax, type: Type, context: Context): Constant {
  if (literal.type === 'null' || type.kind === 'null')
    return guarded(() => naturalConstant(literal), at, context);
  return guarded(() => constantFor(literal, type), at, context);
}

/** `Robot eq null` asks whether the navigation finds no row. */
function nullNavigation(syntax: BinarySyntax, operator: Comparison, context: Context): Expr | undefined {
  const { left, right } = syntax;
  const path = isNull(right) ? left : isNull(left) ? right : undefined;
  if (path?.kind !== 'path' || (operator !== 'eq' && operator !== 'ne')) return undefined;
  const { row, hops, navigation } = bindPath(path.segments, context);
  if (!navigation || navigation.many) return undefined;
  const missing: Expr = { node: 'missing', row, hops, navigation };
  return operator === 'eq' ? missing : { node: 'not', operand: missing };
}

const isNull = (syntax: Syntax): boolean => syntax.kind === 'literal' && syntax.literal.type === 'null';

function list(operand: Syntax, items: readonly ListItem[], context: Context): Expr {
  const bound = bind(operand, context);
  const type = typeOf(bound);
  const literals = items.filter(({ literal }) => literal.type !== 'null');
  const orNull = literals.length < items.length;
  if (type.kind === 'null') return { node: 'in', operand: bound, cast: 'text', values: [], orNull };
  const read = (as: Type): Constant[] =>
    literals.map(({ literal, at }) => literalFor({ kind: 'literal', literal, at }, as, context));
  let constants = read(type);
  // One date-time among dates makes all of them date-times, at midnight UTC.
  if (type.kind === 'date' && constants.some(({ cast }) => cast !== 'date'))
    constants = read({ kind: 'datetime' });
  // One value that has a fraction or does not fit in 64 bits makes all of them numeric.
  const wide = constants.find(({ cast }) => cast === 'numeric') ?? constants[0];
  const cast = wide?.cast ?? castOf(type);
  // NaN equals nothing in OData, but itself in PostgreSQL.
  const values = constants
    .map(({ value }) => value ?? '')
    .filter((value) => cast !== 'float8' || value !== 'NaN');
  return { node: 'in', operand: bound, cast, values, orNull };
}

function call({ name, args, at }: Extract<Syntax, { kind: 'call' }>, context: Context): Expr {
  const rule = FUNCTIONS.get(name.toLowerCase());
  if (!rule) return fail(`An unknown function with name '${name}' was found.`, at, context);
  const { parameters, optional } = rule;
  const fits = args.length <= parameters.length && args.length >= parameters.length - optional;
  const bound = fits ? parameters.slice(0, args.length).map((p, i) => argument(args[i], p, context)) : [];
  const known = bound.filter((expr) => expr !== undefined);
  if (fits && known.length === args.length) return { node: 'call', rule, args: known };
  const what = `No function signature for the function with name '${rule.name}'`;
  return fail(`${what} matches the specified arguments.`, at, context);
}

const PARAMETER_TYPES: Readonly<Record<Parameter, Type>> = {
  text: { kind: 'string' },
  number: { kind: 'number', integer: true, stored: 'numeric' },
  moment: { kind: 'datetime' },
};

// A guid may be used as text, because clients look for parts of keys.
const PARAMETER_KINDS: Readonly<Record<Parameter, readonly Type['kind'][]>> = {
  text: ['string', 'guid'],
  number: ['number'],
  moment: ['datetime', 'date'],
};

function argument(syntax: Syntax | undefined, parameter: Parameter, context: Context): Expr | undefined {
  if (syntax?.kind === 'literal') {
    return guarded(() => constantFor(syntax.literal, PARAMETER_TYPES[parameter]), syntax.at, context);
  }
  const expr = syntax && bind(syntax, context);
  return expr && PARAMETER_KINDS[parameter].includes(typeOf(expr).kind) ? expr : undefined;
}

function lambda(syntax: LambdaSyntax, context: Context): Expr {
  const { quantifier, variable, body, at } = syntax;
  const { collection, element } = collectionOf(bindPath(syntax.segments, context), at, context);
  if (variable === undefined || !body) return { node: 'lambda', quantifier, collection, element };
  const variables = new Map(context.variables).set(variable, element);
  const bound = asBoolean(body, { ...context, variables });
  if (!bound) return fail(`The body of '${quantifier}' must evaluate to a boolean value.`, at, context);
  return { node: 'lambda', quantifier, collection, element, body: bound };
}

function collectionOf(
  target: Target,
  at: number,
  context: Context,
): { collection: Collection; element: Row } {
  const { navigation, row, hops } = target;
  const id = context.nextRow();
  if (navigation?.many) {
    const collection: Collection = { of: 'rows', row, hops, navigation };
    return { collection, element: { shape: 'entity', id, type: navigation.target() } };
  }
  const property = lastOf(target);
  if (navigation || !property?.collection) return fail('any, all and $count need a collection.', at, context);
  const json = holdsJson(property, target.members.length > 0);
  const collection: Collection = { of: 'values', path: target };
  const element: Row = property.complex
    ? { shape: 'complex', id, complex: property.complex }
    : { shape: 'scalar', id, property, json };
  return { collection, element };
}

const lastOf = (target: Target) => target.members.at(-1)?.property ?? target.property;

function value(target: Target, at: number, context: Context): Expr {
  const { row, members, navigation, property } = target;
  const name = 'The path must end at a property.';
  if (navigation || (row.shape === 'entity' && !property)) return fail(name, at, context);
  const last = lastOf(target);
  if (row.shape === 'scalar')
    return { node: 'path', path: target, type: elementType(row.property, row.json) };
  if (!last) return { node: 'path', path: target, type: { kind: 'untyped' } };
  const inJson = members.length > 0;
  return { node: 'path', path: target, type: propertyType(last, inJson) };
}

function asBoolean(syntax: Syntax, context: Context): Expr | undefined {
  if (syntax.kind === 'literal') {
    const { literal } = syntax;
    return literal.type === 'boolean' || literal.type === 'null'
      ? constantFor(literal, { kind: 'boolean' })
      : undefined;
  }
  const expr = bind(syntax, context);
  return typeOf(expr).kind === 'boolean' ? expr : undefined;
}

function condition(syntax: Syntax, context: Context): Expr {
  return (
    asBoolean(syntax, context) ?? fail("'and', 'or' and 'not' need boolean operands.", syntax.at, context)
  );
}

function number(syntax: Syntax, context: Context): Expr {
  if (syntax.kind === 'literal') {
    const integer = syntax.literal.type !== 'number' || /^-?\d+$/.test(syntax.literal.text);
    const type: Type = { kind: 'number', integer, stored: 'numeric' };
    return guarded(() => constantFor(syntax.literal, type), syntax.at, context);
  }
  const expr = bind(syntax, context);
  return typeOf(expr).kind === 'number' ? expr : fail('Arithmetic needs numbers.', syntax.at, context);
}

function guarded<T>(make: () => T, at: number, { option }: Context): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof LiteralError) throw new ODataError(error.message, option, at);
    throw error;
  }
}

function fail(message: string, at: number, { option }: { option: string }): never {
  throw new ODataError(message, option, at);
}
