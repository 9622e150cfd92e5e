import { checkStorable, isObject } from '../../../kernel/contract/read-input.ts';
import { ApiError, CODE, invalid } from '../../../kernel/errors.ts';
import { checkDataSize, type DataKind, type Limits } from '../limits.ts';
import { QueueError } from '../queue-error.ts';
import type { QueueRow } from '../rows.ts';
import { type Checking, problemsOf } from '../schemas/json-schema.ts';

/** OData clients cannot send names with these characters as members of an open type. */
const FORBIDDEN_IN_NAMES = /[.#:@]/;
/**
 * Typed clients put annotations beside a value: `@odata.type`, `Amount@odata.type`. No other name
 * may contain `@`.
 */
const ANNOTATION = /^[^@]*@odata\./;

/**
 * JSON text in its stored form: names and values exactly as they came, without annotations. A name that
 * cannot be kept is refused, never left out. Null if there is no content.
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

type Schemas = Pick<QueueRow, `${DataKind}_data_json_schema`>;

export interface SchemaCheck {
  readonly kind: DataKind;
  readonly text: string | null;
  readonly member: string;
}

/**
 * Checks content against the queue's schemas, if it has any. This may take a while, so no rows may
 * be locked meanwhile.
 */
export async function misfitOf(
  by: Checking,
  queue: Schemas,
  checks: readonly SchemaCheck[],
): Promise<ApiError | undefined> {
  for (const { kind, text, member } of checks) {
    const [problem] = await misfits(by, queue, kind, [text]);
    if (problem !== undefined) return misfit(member, problem);
  }
  return undefined;
}

/**
 * The same check for an existing item, in two steps. The first runs before the item is locked. The second
 * runs under the lock: it throws the result, and checks again only if the schemas have changed meanwhile.
 */
export async function checkBeforeLock(
  by: Checking,
  find: () => Promise<QueueRow | undefined>,
  checks: readonly SchemaCheck[],
): Promise<(locked: Schemas) => Promise<void>> {
  if (checks.length === 0) return async () => {};
  const queue = await find();
  const before = queue && (await misfitOf(by, queue, checks));
  return async (locked) => {
    const isSame = checks.every(
      ({ kind }) => queue?.[`${kind}_data_json_schema`] === locked[`${kind}_data_json_schema`],
    );
    const error = isSame ? before : await misfitOf(by, locked, checks);
    if (error) throw error;
  };
}

/** What the queue's schema finds wrong with each text. All texts share the time that a check may take. */
export async function misfits(
  by: Checking,
  queue: Schemas,
  kind: DataKind,
  texts: readonly (string | null)[],
): Promise<readonly (string | undefined)[]> {
  const schema = queue[`${kind}_data_json_schema`];
  return schema ? problemsOf(by, { schema, texts: texts.map((text) => text ?? '{}') }) : [];
}

export const misfit = (member: string, problem: string): ApiError =>
  new QueueError(
    400,
    'QueueItemSchemaViolationException',
    `${member}: does not fit the queue's schema: ${problem}.`,
  );

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
