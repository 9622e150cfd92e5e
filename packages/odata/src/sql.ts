import sql, { join, raw, type Sql } from 'sql-template-tag';
import { folded, sortable } from './fold-text.ts';
import type { Parameter } from './functions.ts';
import { compilePath, countOf, enter, existsIn, type From } from './sql-rows.ts';
import type { Comparison } from './syntax.ts';
import {
  type ArithmeticExpr,
  type Constant,
  type Expr,
  type InExpr,
  isCondition,
  neverNull,
  typeOf,
} from './tree.ts';

/**
 * The SQL of a bound expression. A condition may give null where OData says false. That is harmless in WHERE
 * and under and/or; where its value is used, `IS TRUE` turns null into false. The SQL cannot make PostgreSQL
 * fail: arithmetic is numeric, divisors are never zero, and every constant was checked when it was bound.
 */
export function compile(expr: Expr, from: From): Sql {
  switch (expr.node) {
    case 'constant':
      return constant(expr);
    case 'path':
      return compilePath(expr.path, from);
    case 'logic': {
      const operator = expr.operator === 'and' ? sql` AND ` : sql` OR `;
      return sql`(${compile(expr.left, from)}${operator}${compile(expr.right, from)})`;
    }
    case 'not':
      return sql`((${compile(expr.operand, from)}) IS NOT TRUE)`;
    case 'compare':
      return sql`(${compare(expr.operator, expr.left, expr.right, from)})`;
    case 'in':
      return list(expr, from);
    case 'arithmetic':
      return arithmetic(expr, from);
    case 'negate':
      return sql`(- ${numeric(expr.operand, from)})`;
    case 'call': {
      const args = expr.args.map((arg, i) => argument(arg, expr.rule.parameters[i] ?? 'text', from));
      return expr.rule.sql(args, expr.args.map(literalText));
    }
    case 'count':
      return countOf(expr.collection, expr.element, from);
    case 'missing':
      return sql`NOT ${existsIn({ ...expr, of: 'rows' }, enter(expr.navigation.target(), from))}`;
    case 'lambda': {
      const { quantifier, collection, element, body } = expr;
      const inner = enter(element, from);
      const wanted = body && compile(body, inner);
      if (quantifier === 'any') return existsIn(collection, inner, wanted);
      return sql`NOT ${existsIn(collection, inner, wanted && sql`(${wanted}) IS NOT TRUE`)}`;
    }
    default:
      return expr satisfies never;
  }
}

const constant = ({ value, cast }: Constant): Sql => sql`${value}::${raw(cast)}`;

const literalText = (expr: Expr): string | undefined =>
  expr.node === 'constant' && typeof expr.value === 'string' ? expr.value : undefined;

const OPERATORS: Readonly<Record<Comparison, Sql>> = {
  eq: sql`=`,
  ne: sql`<>`,
  gt: sql`>`,
  ge: sql`>=`,
  lt: sql`<`,
  le: sql`<=`,
};

function compare(operator: Comparison, left: Expr, right: Expr, from: From): Sql {
  if (isNull(left) || isNull(right)) {
    if (operator !== 'eq' && operator !== 'ne') return sql`FALSE`;
    const other = operand(isNull(left) ? right : left, from);
    return operator === 'eq' ? sql`${other} IS NULL` : sql`${other} IS NOT NULL`;
  }
  if (isNaN(left) || isNaN(right)) return operator === 'ne' ? sql`TRUE` : sql`FALSE`;
  const either = operator === 'eq' || operator === 'ne' ? untrimmed(left, right) : undefined;
  if (either) {
    const found = list(either, from);
    return operator === 'eq' ? found : sql`(${found}) IS NOT TRUE`;
  }
  const [a, b] = alike(operator, left, right, from);
  const [leftKnown, rightKnown] = [neverNull(left), neverNull(right)];
  if (operator === 'eq' && !leftKnown && !rightKnown) return sql`${a} IS NOT DISTINCT FROM ${b}`;
  if (operator === 'ne' && !(leftKnown && rightKnown)) return sql`${a} IS DISTINCT FROM ${b}`;
  return sql`${a} ${OPERATORS[operator]} ${b}`;
}

const isNull = (expr: Expr): boolean => expr.node === 'constant' && expr.value === null;
// In PostgreSQL NaN equals itself and is above all numbers. In OData it equals nothing.
const isNaN = (expr: Expr): boolean => literalText(expr) === 'NaN' && typeOf(expr).kind === 'number';

/**
 * `Name eq ' Trail '`: names are stored without blanks at their ends, but other text may begin or end with
 * blanks. So a literal with such blanks is searched with and without them.
 */
function untrimmed(left: Expr, right: Expr): InExpr | undefined {
  const [literal, sought] = literalText(right) === undefined ? [left, right] : [right, left];
  const text = literalText(literal);
  if (text === undefined || typeOf(literal).kind !== 'string' || text === text.trim()) return undefined;
  return { node: 'in', operand: sought, cast: 'text', values: [text, text.trim()], orNull: false };
}

/**
 * Both sides as types that PostgreSQL compares without failing. A plain column stays as it is, so
 * that its indexes serve.
 */
function alike(operator: Comparison, left: Expr, right: Expr, from: From): [Sql, Sql] {
  const [l, r] = [typeOf(left), typeOf(right)];
  const sides: [Sql, Sql] = [operand(left, from), operand(right, from)];
  if (l.kind === 'string' && r.kind === 'string') {
    const wrap = operator === 'eq' || operator === 'ne' ? folded : sortable;
    return [wrap(sides[0]), wrap(sides[1])];
  }
  if (l.kind === 'date' && r.kind === 'datetime') return [atMidnight(sides[0]), sides[1]];
  if (l.kind === 'datetime' && r.kind === 'date') return [sides[0], atMidnight(sides[1])];
  if (l.kind !== 'number' || r.kind !== 'number') return sides;
  // A numeric beyond the range of float8 would fail if it were converted to compare with a double.
  if (l.stored === 'double' && r.stored === 'numeric') return [sql`${sides[0]}::numeric`, sides[1]];
  if (l.stored === 'numeric' && r.stored === 'double') return [sides[0], sql`${sides[1]}::numeric`];
  return sides;
}

const atMidnight = (date: Sql): Sql => sql`(${date}::timestamp AT TIME ZONE 'UTC')`;

function operand(expr: Expr, from: From): Sql {
  const value = compile(expr, from);
  return isCondition(expr) ? sql`((${value}) IS TRUE)` : value;
}

function list({ operand: sought, cast, values, orNull }: InExpr, from: From): Sql {
  const alternatives: Sql[] = [];
  const plain = operand(sought, from);
  const value = typeOf(sought).kind === 'date' && cast === 'timestamptz' ? atMidnight(plain) : plain;
  // One array is one parameter, so lists of any length share a prepared statement.
  if (values.length > 0 && typeOf(sought).kind === 'string') {
    const texts = [...new Set(values.flatMap((each) => [String(each), String(each).trim()]))];
    alternatives.push(
      sql`${folded(plain)} = ANY(ARRAY(SELECT folded(v) FROM unnest(${texts}::text[]) AS v))`,
    );
  } else if (values.length > 0) {
    alternatives.push(sql`${value} = ANY(${values}::${raw(cast)}[])`);
  }
  if (orNull) alternatives.push(sql`${value} IS NULL`);
  return alternatives.length > 0 ? sql`(${join(alternatives, ' OR ')})` : sql`FALSE`;
}

function arithmetic({ operator, integer, left, right }: ArithmeticExpr, from: From): Sql {
  const [a, b] = [numeric(left, from), numeric(right, from)];
  switch (operator) {
    case 'add':
      return sql`(${a} + ${b})`;
    case 'sub':
      return sql`(${a} - ${b})`;
    case 'mul':
      return sql`(${a} * ${b})`;
    case 'mod':
      return sql`mod(${a}, nullif(${b}, 0))`;
    default:
      return integer ? sql`div(${a}, nullif(${b}, 0))` : sql`(${a} / nullif(${b}, 0))`;
  }
}

const numeric = (expr: Expr, from: From): Sql => sql`(${compile(expr, from)})::numeric`;

function argument(expr: Expr, parameter: Parameter, from: From): Sql {
  const value = compile(expr, from);
  const { kind } = typeOf(expr);
  if (parameter === 'moment')
    return kind === 'date' ? sql`${value}::timestamp` : sql`(${value} AT TIME ZONE 'UTC')`;
  if (parameter === 'number') return sql`(${value})`;
  return kind === 'guid' ? sql`(${value})::text` : sql`(${value})`;
}
