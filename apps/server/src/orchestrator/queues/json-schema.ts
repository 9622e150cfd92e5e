import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { isObject } from '../../kernel/contract/read-input.ts';
import { QueueError } from './queue-error.ts';

/** Schemas compiled once; the oldest go when there are many queues. */
const compiled = new Map<string, ValidateFunction>();
const MOST = 1000;
const OPTIONS = { strict: false, allErrors: false, validateFormats: false, logger: false } as const;

/**
 * By the draft that the schema names; drafts before the seventh are read as the seventh. References to other
 * files are refused.
 */
function compile(text: string): ValidateFunction {
  const { $schema: draft, ...schema } = parse(text);
  const named = typeof draft === 'string' ? draft : '';
  if (named.includes('2020-12')) return new Ajv2020(OPTIONS).compile(schema);
  if (named.includes('2019-09')) return new Ajv2019(OPTIONS).compile(schema);
  return new Ajv(OPTIONS).compile(schema);
}

function parse(text: string): Record<string, unknown> {
  const schema: unknown = JSON.parse(text);
  if (!isObject(schema)) throw new Error('it is not an object');
  return schema;
}

/** What is wrong with a value, in words that begin with the path; undefined when it fits. */
export function validate(schema: string, value: unknown): string | undefined {
  let check = compiled.get(schema);
  if (!check) {
    check = compile(schema);
    if (compiled.size >= MOST) compiled.delete(compiled.keys().next().value!);
    compiled.set(schema, check);
  }
  if (check(value)) return undefined;
  const [error] = check.errors ?? [];
  return `${error?.instancePath.replace(/^\//, '').replaceAll('/', '.') || 'it'} ${error?.message ?? 'is wrong'}`;
}

/** Refuses a text that is no JSON schema. */
export function checkJsonSchema(text: string | null | undefined, member: string): void {
  if (!text) return;
  try {
    compile(text);
  } catch (error) {
    throw new QueueError(
      400,
      'InvalidQueueSchemaDefinition',
      `${member}: is no JSON schema: ${(error as Error).message}`,
    );
  }
}
