import { validateArguments } from '@baton/nupkg/arguments';
import { isObject } from '../../kernel/contract/read-input.ts';
import { invalid } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/json/parse-json.ts';

type JsonObject = Record<string, unknown>;

interface Check {
  readonly schema: JsonObject | null;
  /** The name of the member in messages. */
  readonly field: string;
  /**
   * Whether required arguments may be missing. A process only holds defaults, and the job may bring the rest.
   */
  readonly mayLack?: boolean;
}

/**
 * Reads input in the form of the API, the JSON text of an object, and checks it against the schema of an
 * entry point. Undefined if the text is missing or empty.
 */
export function readInputArguments(
  text: string | null | undefined,
  { schema, field, mayLack }: Check,
): JsonObject | undefined {
  if (text === null || text === undefined || text.trim() === '') return undefined;
  const value = parse(text, field);
  const [error] = validateArguments(schema && mayLack ? { ...schema, required: [] } : schema, value);
  if (error) throw invalid(error.field ? `${field}.${error.field}` : field, error.message);
  return value;
}

function parse(text: string, field: string): JsonObject {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw invalid(field, `is not JSON: ${(error as Error).message}`);
  }
  if (!isObject(value)) throw invalid(field, 'must be the JSON text of an object');
  return value;
}
