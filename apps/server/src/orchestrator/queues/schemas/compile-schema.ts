import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RE2JS } from 're2js';
import { isObject } from '../../../kernel/contract/read-input.ts';
import { parseJson } from '../../../kernel/json/parse-json.ts';
import { refuseEndless } from './endless-schema.ts';

/** Says what is wrong with a value, in words that begin with the path. Undefined if it fits. */
export type Check = (value: unknown) => string | undefined;

/**
 * Patterns that people write run on an engine that reads each character once. A backtracking engine would
 * take practically for ever for `^(a+)+$`. This one has no look-around and no back references, and its
 * errors say so.
 */
const regExp = Object.assign(
  (pattern: string): { test(text: string): boolean; toString(): string } => {
    let compiled: RE2JS;
    try {
      compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    } catch (error) {
      throw new Error(
        `the pattern ${JSON.stringify(pattern)} cannot be used (look-around and references back are not supported): ${(error as Error).message}`,
        { cause: error },
      );
    }
    return { test: (text) => compiled.test(text), toString: () => pattern };
  },
  { code: 're2' },
);

const OPTIONS = {
  strict: false,
  allErrors: false,
  validateFormats: false,
  logger: false,
  code: { regExp },
} as const;

/**
 * Compiles by the draft that the schema names. Drafts older than the seventh are read as the
 * seventh. Throws if the text is no schema, refers to other files, refers to itself without end, or
 * asks for asynchronous checks.
 */
export function compileSchema(text: string): Check {
  const { $schema: draft, ...schema } = parseSchema(text);
  refuseEndless(schema);
  const named = typeof draft === 'string' ? draft : '';
  const check = ajvFor(named).compile(schema);
  if ('$async' in check) throw new Error('$async is not supported');
  return (value) => {
    const fits: unknown = check(value);
    if (fits === true) return undefined;
    const [error] = check.errors ?? [];
    return `${error?.instancePath.replace(/^\//, '').replaceAll('/', '.') || 'it'} ${error?.message ?? 'is wrong'}`;
  };
}

function ajvFor(draft: string): Ajv {
  if (draft.includes('2020-12')) return new Ajv2020(OPTIONS);
  if (draft.includes('2019-09')) return new Ajv2019(OPTIONS);
  return new Ajv(OPTIONS);
}

export function parseSchema(text: string): Record<string, unknown> {
  const schema: unknown = parseJson(text);
  if (!isObject(schema)) throw new Error('it is not an object');
  // Numbers as doubles, the way Ajv reads them.
  return JSON.parse(text) as Record<string, unknown>;
}
