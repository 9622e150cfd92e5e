/**
 * What the client wrote, not yet interpreted: a name may be a property, a navigation or a lambda variable.
 */
export type Syntax =
  | { readonly kind: 'literal'; readonly literal: Literal; readonly at: number }
  | { readonly kind: 'path'; readonly segments: readonly Segment[]; readonly at: number }
  | { readonly kind: 'count'; readonly segments: readonly Segment[]; readonly at: number }
  | LambdaSyntax
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Syntax[]; readonly at: number }
  | { readonly kind: 'not' | 'negate'; readonly operand: Syntax; readonly at: number }
  | {
      readonly kind: 'in';
      readonly operand: Syntax;
      readonly items: readonly ListItem[];
      readonly at: number;
    }
  | BinarySyntax;

export interface BinarySyntax {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Syntax;
  readonly right: Syntax;
  readonly at: number;
}

export interface LambdaSyntax {
  readonly kind: 'lambda';
  readonly quantifier: 'any' | 'all';
  readonly segments: readonly Segment[];
  /** Absent in `Tags/any()`. */
  readonly variable?: string;
  readonly body?: Syntax;
  readonly at: number;
}

export interface Segment {
  readonly name: string;
  readonly at: number;
}

export interface ListItem {
  readonly literal: Literal;
  readonly at: number;
}

export interface OrderSyntax {
  readonly expression: Syntax;
  readonly descending: boolean;
}

/** Literals keep their text, because its meaning depends on the other operand. */
export type Literal =
  | { readonly type: 'null' }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'number' | 'string' | 'guid' | 'date' | 'datetime'; readonly text: string }
  | { readonly type: 'enum'; readonly name: string; readonly text: string };

export type Comparison = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le';
export type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'divby' | 'mod';
export type BinaryOperator = 'or' | 'and' | Comparison | Arithmetic;

/** A higher number binds tighter (OData 4.01 part 2, 5.1.1.17). */
export const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  eq: 3,
  ne: 3,
  gt: 4,
  ge: 4,
  lt: 4,
  le: 4,
  add: 5,
  sub: 5,
  mul: 6,
  div: 6,
  divby: 6,
  mod: 6,
};
