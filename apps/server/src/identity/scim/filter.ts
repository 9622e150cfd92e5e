import { folded, sortable } from '@baton/odata/fold-text';
import sql, { join, raw, type Sql } from 'sql-template-tag';
import { isStorable } from '../../kernel/contract/read-input.ts';
import { ScimError } from './scim-error.ts';

/** What can be filtered by: lower-case path -> SQL, and how it compares. */
export type Attributes = Readonly<Record<string, Attribute>>;

export interface Attribute {
  /** An expression; for `exists`, a condition that the value is put into. */
  readonly sql: Sql;
  readonly kind: 'text' | 'exact' | 'boolean' | 'guid';
  /** Of several values (members of a group): one of them must match. */
  readonly within?: (condition: Sql) => Sql;
}

const unsupported = (detail: string): ScimError => new ScimError(400, detail, 'invalidFilter');

/** Parentheses and `not` of a whole filter, each of which may be within the one before. */
const MOST_NESTED = 200;

const TOKEN = /\s*(?:(\(|\)|\[|\])|("(?:[^"\\]|\\.)*")|([^\s()[\]"]+))/gy;

interface Reader {
  peek(): string | undefined;
  next(): string;
}

function readerOf(text: string): Reader {
  const tokens: string[] = [];
  let depth = 0;
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match) throw unsupported('The filter cannot be read.');
    const token = match[1] ?? match[2] ?? match[3]!;
    if (token === '(' || is(token, 'not')) depth += 1;
    if (depth > MOST_NESTED) throw unsupported(`The filter has more than ${MOST_NESTED} parentheses.`);
    tokens.push(token);
  }
  let at = 0;
  return {
    peek: () => tokens[at],
    next() {
      const token = tokens[at++];
      if (token === undefined) throw unsupported('The filter ends too early.');
      return token;
    },
  };
}

/** RFC 7644, 3.4.2.2, as a condition: comparisons, `and`, `or`, `not`, parentheses, `emails[type eq "work"].value`. */
export function filterCondition(text: string | undefined, attributes: Attributes): Sql {
  if (!text?.trim()) return sql`true`;
  const reader = readerOf(text);
  const condition = either(reader, attributes);
  if (reader.peek() !== undefined) throw unsupported(`'${reader.peek()}' is not expected.`);
  return condition;
}

function either(reader: Reader, attributes: Attributes): Sql {
  const parts = [both(reader, attributes)];
  while (is(reader.peek(), 'or')) {
    reader.next();
    parts.push(both(reader, attributes));
  }
  return sql`(${join(parts, ' or ')})`;
}

function both(reader: Reader, attributes: Attributes): Sql {
  const parts = [single(reader, attributes)];
  while (is(reader.peek(), 'and')) {
    reader.next();
    parts.push(single(reader, attributes));
  }
  return sql`(${join(parts, ' and ')})`;
}

function single(reader: Reader, attributes: Attributes): Sql {
  if (is(reader.peek(), 'not')) {
    reader.next();
    return sql`not ${single(reader, attributes)}`;
  }
  if (reader.peek() === '(') {
    reader.next();
    const inner = either(reader, attributes);
    if (reader.next() !== ')') throw unsupported("A ')' is missing.");
    return inner;
  }
  return comparison(reader, attributes);
}

const is = (token: string | undefined, word: string): boolean => token?.toLowerCase() === word;

/** `emails[type eq "work"].value` is read as `emails.value`: people have one address here, and it is that of work. */
function pathOf(reader: Reader): string {
  const path = reader.next();
  if (reader.peek() !== '[') return path;
  while (reader.next() !== ']');
  return reader.peek()?.startsWith('.') ? path + reader.next() : path;
}

function comparison(reader: Reader, attributes: Attributes): Sql {
  const path = plainPath(pathOf(reader));
  const attribute = attributes[path];
  if (!attribute) throw unsupported(`'${path}' cannot be filtered by.`);
  const operator = reader.next().toLowerCase();
  const within = attribute.within ?? ((condition: Sql) => condition);
  if (operator === 'pr') return within(sql`${attribute.sql} is not null`);
  const value = valueOf(reader.next());
  if (typeof value === 'string' && !isStorable(value))
    throw unsupported(`${path} is compared with a character that nothing stored can hold.`);
  return within(compare(attribute, operator, value));
}

/** Without the name of the schema, in lower case. */
export const plainPath = (path: string): string =>
  path.replace(/^urn:ietf:params:scim:schemas:core:2\.0:\w+:/i, '').toLowerCase();

function valueOf(token: string): unknown {
  try {
    return JSON.parse(token);
  } catch {
    throw unsupported(`${token} is not a value.`);
  }
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PATTERNS: Readonly<Record<string, readonly [before: string, after: string]>> = {
  sw: ['', '%'],
  ew: ['%', ''],
  co: ['%', '%'],
};
const ORDERS: Readonly<Record<string, string>> = { gt: '>', ge: '>=', lt: '<', le: '<=' };

function compare({ sql: expression, kind }: Attribute, operator: string, value: unknown): Sql {
  if (operator === 'eq' || operator === 'ne') {
    const equal = equality(expression, kind, value);
    return operator === 'eq' ? equal : sql`not coalesce(${equal}, false)`;
  }
  if (typeof value !== 'string' || kind === 'boolean') throw unsupported(`'${operator}' does not fit here.`);
  const isText = kind === 'text';
  const order = ORDERS[operator];
  if (order) {
    return isText
      ? sql`${sortable(expression)} ${raw(order)} ${sortable(sql`${value}`)}`
      : sql`${expression}::text ${raw(order)} ${value}`;
  }
  const pattern = PATTERNS[operator];
  if (!pattern) throw unsupported(`The operator '${operator}' is not known.`);
  const escaped = value.replace(/[\\%_]/g, '\\$&');
  const wanted = sql`${pattern[0] + escaped + pattern[1]}`;
  return isText ? sql`${folded(expression)} like ${folded(wanted)}` : sql`${expression}::text like ${wanted}`;
}

function equality(expression: Sql, kind: Attribute['kind'], value: unknown): Sql {
  if (value === null) return sql`${expression} is null`;
  if (kind === 'boolean') return sql`${expression} = ${/^true$/i.test(String(value))}`;
  const text = String(value);
  if (kind === 'guid') return GUID.test(text) ? sql`${expression} = ${text}::uuid` : sql`false`;
  return kind === 'text' ? sql`folded(${expression}) = folded(${text})` : sql`${expression} = ${text}`;
}
