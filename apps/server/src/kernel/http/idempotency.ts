import { createHash } from 'node:crypto';
import sql from 'sql-template-tag';
import type { Queryable, Transaction } from '../db/sql.ts';
import { ApiError, badRequest, CODE } from '../errors.ts';
import type { Sealer } from '../secrets/seal.ts';

/** An answer as it was first given. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The owner of its content, if there is one. */
  readonly holds?: string | undefined;
}

interface StoredRow {
  readonly request_hash: Buffer;
  readonly operation: string;
  readonly status: number | null;
  readonly body: string | null;
  readonly headers: Readonly<Record<string, string>> | null;
}

const LONGEST_KEY = 255;

/**
 * A POST with `Idempotency-Key` runs in one transaction with the record of its answer. The same caller, key
 * and body get the first answer again. Another body is refused. A call whose answer was lost in a crash
 * either happened with its record or not at all. Only successes are kept. They are sealed, because an answer
 * may contain what its area never stores in the clear. A refused call changed nothing and may be tried again.
 * Of two calls at once, the second waits for the first.
 *
 * If content in an answer is erased, the answer is erased with it (`forgetAnswers`), and asking for it
 * again is a 409. Sealing is not enough there, because a caller with the token and the key of the call
 * would still see it.
 */
export async function answerOnce(
  tx: Transaction,
  call: {
    readonly principal: string;
    readonly key: string;
    readonly operation: string;
    readonly request: string;
    readonly sealer: Sealer;
  },
  run: () => Promise<StoredAnswer>,
): Promise<StoredAnswer> {
  if (call.key.length > LONGEST_KEY)
    throw badRequest(CODE.InvalidArgument, `Idempotency-Key: is longer than ${LONGEST_KEY} characters`);
  const hash = createHash('sha256').update(call.request).digest();
  const isFirst = await tx.execute(sql`
    insert into idempotent_answers (principal, key, operation, request_hash)
    values (${call.principal}, ${call.key}, ${call.operation}, ${hash}) on conflict do nothing`);
  if (isFirst === 0) {
    const stored = await tx.first<StoredRow>(sql`
      select request_hash, operation, status, body, headers from idempotent_answers where principal = ${call.principal} and key = ${call.key}`);
    if (stored?.request_hash.length === 0)
      throw new ApiError(
        409,
        CODE.ItemAlreadyExists,
        'Idempotency-Key: was used for a call whose answer has been erased.',
      );
    if (!stored || stored.operation !== call.operation || !stored.request_hash.equals(hash)) {
      throw new ApiError(409, CODE.ItemAlreadyExists, 'Idempotency-Key: was used for another request.');
    }
    const { status, body, headers } = stored;
    return { status: status ?? 200, body: opened(call.sealer, body), headers: headers ?? {} };
  }
  const answer = await run();
  await tx.execute(sql`
    update idempotent_answers
       set status = ${answer.status}, body = ${sealed(call.sealer, answer.body)}, headers = ${answer.headers}, holds = ${answer.holds ?? null}
     where principal = ${call.principal} and key = ${call.key}`);
  return answer;
}

/**
 * Forgets the answers with this content. It stays known that the calls were made, so none is
 * carried out again.
 */
export const forgetAnswers = (tx: Transaction, holds: readonly string[]): Promise<number> =>
  tx.execute(sql`
    update idempotent_answers set body = null, request_hash = '', holds = null where holds = any(${holds}::text[])`);

/** Answers are kept for a day. A later repetition makes the call anew. */
export const forgetOldAnswers = (db: Queryable): Promise<number> =>
  db.execute(sql`delete from idempotent_answers where created_at < now() - interval '1 day'`);

const PURPOSE = 'idempotent answer';
/** JSON never begins like this, which distinguishes answers that were stored before they were sealed. */
const MARK = 'sealed:';

const sealed = (sealer: Sealer, body: string | null): string | null =>
  body === null ? null : MARK + sealer.seal(Buffer.from(body), PURPOSE).toString('base64');

const opened = (sealer: Sealer, body: string | null): string | null =>
  body?.startsWith(MARK)
    ? sealer.open(Buffer.from(body.slice(MARK.length), 'base64'), PURPOSE).toString()
    : body;
