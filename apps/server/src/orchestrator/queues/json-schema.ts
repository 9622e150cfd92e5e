import { Ajv, type ValidateFunction } from 'ajv';
import { invalid } from '../../kernel/errors.ts';

/** Schemas compiled once; the oldest go when there are many queues. */
const compiled = new Map<string, ValidateFunction>();
const MOST = 1000;
const ajv = (): Ajv => new Ajv({ strict: false, allErrors: false, validateFormats: false, logger: false });

/** What is wrong with a value, in words that begin with the path; undefined when it fits. */
export function validate(schema: string, value: unknown): string | undefined {
  let check = compiled.get(schema);
  if (!check) {
    check = ajv().compile(JSON.parse(schema) as object);
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
    ajv().compile(JSON.parse(text) as object);
  } catch (error) {
    throw invalid(member, `is no JSON schema: ${(error as Error).message}`);
  }
}
