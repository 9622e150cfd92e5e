import type { Limits } from '../../config.ts';
import { checkStorable, isObject } from '../../kernel/contract/read-input.ts';
import { ApiError, CODE, invalid } from '../../kernel/errors.ts';
import { validate } from './json-schema.ts';
import { checkDataSize, type DataKind } from './limits.ts';
import { QueueError } from './queue-error.ts';
import type { QueueRow } from './sql.ts';

/** Names that OData clients cannot carry as members of an open type. */
const FORBIDDEN_IN_NAMES = /[.#:@]/;
/** `@odata.type`, `Amount@odata.type`: what typed clients put beside a value. No other name with `@` is one. */
const ANNOTATION = /^[^@]*@odata\./;

/**
 * JSON text as it is stored: names and values exactly as they came, without annotations. A name that cannot be kept is refused, never
 * left out. Null where there is nothing.
 */
export function storedContent(
  limits: Limits,
  value: unknown,
  member: string,
  kind: DataKind = 'specific',
): string | null {
  if (value === null || value === undefined) return null;
  if (!isObject(value)) throw invalid(member, 'must be an object');
  const names = Object.keys(value);
  const kept = names.filter((name) => !ANNOTATION.test(name));
  const wrong = kept.find((name) => name === '' || FORBIDDEN_IN_NAMES.test(name));
  if (wrong !== undefined)
    throw invalid(`${member}.${wrong}`, 'the name must not be empty or hold one of . # @ :');
  const text = JSON.stringify(
    kept.length === names.length ? value : Object.fromEntries(kept.map((name) => [name, value[name]])),
  );
  checkStorable(text, member);
  checkDataSize(limits, kind, text, member);
  return text;
}

/** Checks content against the queue's schema, where it has one. */
export function checkSchema(
  queue: Pick<QueueRow, `${DataKind}_data_json_schema`>,
  kind: DataKind,
  text: string | null,
  member: string,
): void {
  const schema = queue[`${kind}_data_json_schema`];
  if (!schema) return;
  const problem = validate(schema, text === null ? {} : JSON.parse(text));
  if (problem)
    throw new QueueError(
      400,
      'QueueItemSchemaViolationException',
      `${member}: does not fit the queue's schema: ${problem}.`,
    );
}

/** A queue with unique references refuses items without one. */
export function uniqueReferenceOf(queue: QueueRow, reference: string | null | undefined): string | null {
  if (!queue.enforce_unique_reference) return null;
  if (!reference)
    throw new QueueError(
      400,
      'TransactionReferenceRequired',
      `Reference: is required, the queue '${queue.name}' wants unique references.`,
    );
  return reference;
}

export const duplicateReference = (): ApiError =>
  new ApiError(409, CODE.DuplicateReference, 'Error creating Transaction. Duplicate Reference.');
