import type { FunctionRule } from './functions.ts';
import type { Complex, EntityType, Navigation, Property } from './model.ts';
import type { Arithmetic, Comparison } from './syntax.ts';
import type { Type } from './type.ts';

export type { Type } from './type.ts';

/** A row that names can start from: the filtered row, or the element of a lambda. */
export type Row =
  | { readonly shape: 'entity'; readonly id: number; readonly type: EntityType }
  | { readonly shape: 'complex'; readonly id: number; readonly complex: Complex }
  | { readonly shape: 'scalar'; readonly id: number; readonly property: Property; readonly json: boolean };

/**
 * A way from a row through to-one navigations to a property, and on into the members of its complex value.
 */
export interface Path {
  readonly row: Row;
  readonly hops: readonly Navigation[];
  /** Absent on rows that are not entities, because those are values themselves. */
  readonly property?: Property;
  readonly members: readonly { readonly name: string; readonly property: Property }[];
}

/** What `any`, `all` and `$count` search. */
export type Collection =
  | {
      readonly of: 'rows';
      readonly row: Row;
      readonly hops: readonly Navigation[];
      readonly navigation: Navigation;
    }
  | { readonly of: 'values'; readonly path: Path };

export interface Constant {
  readonly node: 'constant';
  readonly type: Type;
  readonly cast: Cast;
  /** The bound value; null is the null of the given type. */
  readonly value: string | boolean | null;
}

export type Cast = 'bool' | 'int8' | 'numeric' | 'float8' | 'text' | 'uuid' | 'timestamptz' | 'date';

/**
 * A bound expression: every name is resolved, every operand has a type, and every constant has the type of
 * what it is compared with.
 */
export type Expr =
  | Constant
  | { readonly node: 'path'; readonly type: Type; readonly path: Path }
  | { readonly node: 'logic'; readonly operator: 'and' | 'or'; readonly left: Expr; readonly right: Expr }
  | { readonly node: 'not'; readonly operand: Expr }
  | { readonly node: 'compare'; readonly operator: Comparison; readonly left: Expr; readonly right: Expr }
  | InExpr
  | ArithmeticExpr
  | { readonly node: 'negate'; readonly operand: Expr }
  | { readonly node: 'call'; readonly rule: FunctionRule; readonly args: readonly Expr[] }
  | LambdaExpr
  | { readonly node: 'count'; readonly collection: Collection; readonly element: Row }
  /** A to-one navigation compared with null. */
  | {
      readonly node: 'missing';
      readonly row: Row;
      readonly hops: readonly Navigation[];
      readonly navigation: Navigation;
    };

export interface InExpr {
  readonly node: 'in';
  readonly operand: Expr;
  readonly cast: Cast;
  readonly values: readonly (string | boolean)[];
  readonly orNull: boolean;
}

export interface ArithmeticExpr {
  readonly node: 'arithmetic';
  readonly operator: Arithmetic;
  readonly integer: boolean;
  readonly left: Expr;
  readonly right: Expr;
}

export interface LambdaExpr {
  readonly node: 'lambda';
  readonly quantifier: 'any' | 'all';
  readonly collection: Collection;
  readonly element: Row;
  readonly body?: Expr;
}

/** Whether an expression only compares these members of its own row with constants. */
export function looksOnlyAt(expr: Expr, properties: ReadonlySet<Property>): boolean {
  switch (expr.node) {
    case 'constant':
      return true;
    case 'logic':
    case 'compare':
      return looksOnlyAt(expr.left, properties) && looksOnlyAt(expr.right, properties);
    case 'not':
    case 'in':
      return looksOnlyAt(expr.operand, properties);
    case 'path': {
      const { property, hops, members } = expr.path;
      return hops.length === 0 && members.length === 0 && property !== undefined && properties.has(property);
    }
    default:
      return false;
  }
}

const BOOLEAN: Type = { kind: 'boolean' };
const COUNT: Type = { kind: 'number', integer: true, stored: 'int' };

export function typeOf(expr: Expr): Type {
  switch (expr.node) {
    case 'constant':
    case 'path':
      return expr.type;
    case 'call':
      return expr.rule.result;
    case 'arithmetic':
      return { kind: 'number', integer: expr.integer, stored: 'numeric' };
    case 'negate': {
      const type = typeOf(expr.operand);
      return { kind: 'number', integer: type.kind === 'number' && type.integer, stored: 'numeric' };
    }
    case 'count':
      return COUNT;
    default:
      return BOOLEAN;
  }
}

/**
 * Whether the expression is a condition. Its SQL may give null where OData says false, which matters if the
 * value itself is used.
 */
export function isCondition(expr: Expr): boolean {
  return expr.node !== 'constant' && expr.node !== 'path' && typeOf(expr).kind === 'boolean';
}

export function neverNull(expr: Expr): boolean {
  switch (expr.node) {
    case 'constant':
      return expr.value !== null;
    case 'path':
      return (
        expr.path.hops.length === 0 &&
        expr.path.members.length === 0 &&
        expr.path.property?.nullable === false
      );
    case 'negate':
      return neverNull(expr.operand);
    case 'arithmetic':
      return /^(add|sub|mul)$/.test(expr.operator) && neverNull(expr.left) && neverNull(expr.right);
    case 'call':
      return isCondition(expr) || expr.args.every(neverNull);
    default:
      return true;
  }
}
