import { ODataError } from './errors.ts';
import { endOf, readToken, type Token } from './lexer.ts';
import type { Limits } from './limits.ts';
import {
  type BinaryOperator,
  type ListItem,
  type Literal,
  type OrderSyntax,
  PRECEDENCE,
  type Segment,
  type Syntax,
} from './syntax.ts';

export interface ParserInput {
  /** The option that the text belongs to, for error messages. */
  readonly option: string;
  readonly limits: Limits;
  /**
   * The values of parameter aliases, `@p` -> text, with names in lower case. An alias
   * without a value is null.
   */
  readonly aliases: ReadonlyMap<string, string>;
}

export function parseExpression(text: string, input: ParserInput): Syntax {
  const parser = new Parser(text, input, { nodes: 0 });
  const result = parser.expression();
  parser.expectEnd();
  return result;
}

export function parseOrderBy(text: string, input: ParserInput): readonly OrderSyntax[] {
  const parser = new Parser(text, input, { nodes: 0 });
  const items: OrderSyntax[] = [];
  do {
    const expression = parser.expression();
    const descending = parser.takeName('desc');
    if (!descending) parser.takeName('asc');
    items.push({ expression, descending });
  } while (parser.take(','));
  parser.expectEnd();
  return items;
}

/**
 * A recursive-descent parser with one token of lookahead. It counts depth and nodes, so that no text
 * overflows the stack.
 */
class Parser {
  readonly #text: string;
  readonly #input: ParserInput;
  /** Shared with the parsers of aliases: each use of an alias counts. */
  readonly #spent: { nodes: number };
  #token: Token;
  #depth = 0;

  constructor(text: string, input: ParserInput, spent: { nodes: number }) {
    this.#text = text;
    this.#input = input;
    this.#spent = spent;
    this.#token = readToken(text, 0, input.option);
  }

  expression(): Syntax {
    return this.#binary(1);
  }

  expectEnd(): void {
    if (this.#token.type !== 'end') this.#unexpected();
  }

  take(punctuation: string): boolean {
    if (this.#token.type !== 'punctuation' || this.#token.text !== punctuation) return false;
    this.#advance();
    return true;
  }

  takeName(word: string): boolean {
    if (this.#token.type !== 'name' || this.#token.text.toLowerCase() !== word) return false;
    this.#advance();
    return true;
  }

  #binary(minimum: number): Syntax {
    let left = this.#unary();
    for (;;) {
      const operator = this.#operator();
      if (operator === undefined || PRECEDENCE[operator] < minimum) return left;
      const { at } = this.#advance();
      const right = this.#binary(PRECEDENCE[operator] + 1);
      left = this.#node({ kind: 'binary', operator, left, right, at });
    }
  }

  #operator(): BinaryOperator | undefined {
    if (this.#token.type !== 'name') return undefined;
    const word = this.#token.text.toLowerCase();
    return Object.hasOwn(PRECEDENCE, word) ? (word as BinaryOperator) : undefined;
  }

  #unary(): Syntax {
    const { at } = this.#token;
    if (this.takeName('not')) {
      const operand = this.#deeper(() => this.#unary());
      return this.#node({ kind: 'not', operand, at });
    }
    if (this.take('-')) {
      const operand = this.#deeper(() => this.#unary());
      // `-5` is a single literal, because the smallest Int64 exists only with its sign.
      if (
        operand.kind === 'literal' &&
        operand.literal.type === 'number' &&
        !operand.literal.text.startsWith('-')
      ) {
        return { ...operand, literal: { type: 'number', text: `-${operand.literal.text}` }, at };
      }
      return this.#node({ kind: 'negate', operand, at });
    }
    const operand = this.#primary();
    const inAt = this.#token.at;
    if (!this.takeName('in')) return operand;
    return this.#node({ kind: 'in', operand, items: this.#listOrAlias(), at: inAt });
  }

  #primary(): Syntax {
    const token = this.#token;
    if (this.take('(')) {
      const inner = this.#deeper(() => this.expression());
      this.#expect(')');
      return inner;
    }
    if (token.type === 'alias') return this.#alias();
    const literal = literalOf(token);
    if (literal === undefined) {
      if (token.type === 'name' || (token.type === 'system' && token.text === '$it')) return this.#path();
      return this.#unexpected();
    }
    this.#advance();
    return this.#node({ kind: 'literal', literal, at: token.at });
  }

  #path(): Syntax {
    const { at } = this.#token;
    const segments: Segment[] = [this.#segment()];
    if (this.take('(')) return this.#call(segments[0]?.name ?? '', at);
    while (this.take('/')) {
      const { text, type } = this.#token;
      if (type === 'system' && text.toLowerCase() === '$count') {
        this.#advance();
        return this.#node({ kind: 'count', segments, at });
      }
      if (type !== 'name') this.#unexpected();
      const segment = this.#segment();
      if (this.take('(')) return this.#lambda(segments, segment);
      segments.push(segment);
    }
    return this.#node({ kind: 'path', segments, at });
  }

  #segment(): Segment {
    const { text, at } = this.#advance();
    return { name: text, at };
  }

  #call(name: string, at: number): Syntax {
    const args: Syntax[] = [];
    if (!this.take(')')) {
      do args.push(this.#deeper(() => this.expression()));
      while (this.take(','));
      this.#expect(')');
    }
    return this.#node({ kind: 'call', name, args, at });
  }

  #lambda(segments: readonly Segment[], { name, at }: Segment): Syntax {
    const quantifier = name.toLowerCase();
    if (quantifier !== 'any' && quantifier !== 'all')
      return this.#fail(`'${name}' cannot be called on a path.`, at);
    if (quantifier === 'any' && this.take(')'))
      return this.#node({ kind: 'lambda', quantifier, segments, at });
    if (this.#token.type !== 'name') this.#unexpected();
    const variable = this.#advance().text;
    this.#expect(':');
    const body = this.#deeper(() => this.expression());
    this.#expect(')');
    return this.#node({ kind: 'lambda', quantifier, segments, variable, body, at });
  }

  #alias(): Syntax {
    const { text, at } = this.#advance();
    const value = this.#input.aliases.get(text.toLowerCase());
    if (value === undefined) return this.#node({ kind: 'literal', literal: { type: 'null' }, at });
    const result = this.#aliasParser(value);
    const syntax = result.expression();
    result.expectEnd();
    return syntax;
  }

  /** Aliases in the values of aliases are not followed. They could form loops, and no client uses them. */
  #aliasParser(value: string): Parser {
    return new Parser(value, { ...this.#input, aliases: new Map() }, this.#spent);
  }

  #listOrAlias(): readonly ListItem[] {
    if (this.#token.type !== 'alias') return this.#list();
    const value = this.#input.aliases.get(this.#advance().text.toLowerCase());
    if (value === undefined) return [];
    const parser = this.#aliasParser(value);
    const items = parser.#list();
    parser.expectEnd();
    return items;
  }

  /** `(1,2)`, or `[1,2]`: lists in aliases are written as JSON. */
  #list(): readonly ListItem[] {
    const close = this.#token.text === '[' ? ']' : ')';
    if (!this.take('[')) this.#expect('(');
    const items: ListItem[] = [];
    if (this.take(close)) return items;
    const { maxListValues } = this.#input.limits;
    do {
      if (items.length === maxListValues) {
        this.#fail(`The limit of '${maxListValues}' values for 'in' has been exceeded.`, this.#token.at);
      }
      items.push(this.#listItem());
    } while (this.take(','));
    this.#expect(close);
    return items;
  }

  #listItem(): ListItem {
    const { at } = this.#token;
    const negative = this.take('-');
    const literal = literalOf(this.#token);
    if (literal === undefined || (negative && literal.type !== 'number')) return this.#unexpected();
    this.#advance();
    if (negative && literal.type === 'number')
      return { literal: { type: 'number', text: `-${literal.text}` }, at };
    return { literal, at };
  }

  #node<T extends Syntax>(node: T): T {
    this.#spent.nodes += 1;
    const { maxNodes } = this.#input.limits;
    if (this.#spent.nodes > maxNodes) {
      this.#fail(`The node count limit of '${maxNodes}' has been exceeded.`, node.at);
    }
    return node;
  }

  #deeper<T>(parse: () => T): T {
    const { maxDepth } = this.#input.limits;
    this.#depth += 1;
    if (this.#depth > maxDepth)
      this.#fail(`The nesting limit of '${maxDepth}' has been exceeded.`, this.#token.at);
    const result = parse();
    this.#depth -= 1;
    return result;
  }

  #advance(): Token {
    const token = this.#token;
    this.#token = readToken(this.#text, endOf(token), this.#input.option);
    return token;
  }

  #expect(punctuation: string): void {
    if (!this.take(punctuation)) this.#unexpected(`, '${punctuation}' was expected`);
  }

  #unexpected(expected = ''): never {
    const { type, text, at } = this.#token;
    const found = type === 'end' ? 'the expression ends' : `'${text}' is not valid`;
    return this.#fail(`Syntax error: ${found} at position ${at}${expected}.`, at);
  }

  #fail(message: string, at: number): never {
    throw new ODataError(message, this.#input.option, at);
  }
}

function literalOf({ type, text, prefix }: Token): Literal | undefined {
  switch (type) {
    case 'number':
    case 'string':
    case 'guid':
    case 'date':
    case 'datetime':
      return { type, text };
    case 'enum':
      return { type: 'enum', name: prefix ?? '', text };
    case 'name':
      break;
    default:
      return undefined;
  }
  if (text === 'INF' || text === 'NaN') return { type: 'number', text };
  const word = text.toLowerCase();
  if (word === 'null') return { type: 'null' };
  return word === 'true' || word === 'false' ? { type: 'boolean', value: word === 'true' } : undefined;
}
