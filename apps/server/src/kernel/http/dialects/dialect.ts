import type { Dto, Field } from '../../contract/fields.ts';
import type { ApiError } from '../../errors.ts';

/**
 * How a part of the API speaks: what its operations belong to, how it reads and how it refuses. An
 * area chooses one. A call that fails before it reaches an operation is answered in the dialect of
 * its path (`dialects.ts`).
 */
export interface Dialect {
  readonly name: string;
  /** Whether a canonical path (`readAddress`) belongs to it. */
  readonly prefix: string;
  /** What its operations belong to. For the organization, a tenant in the URL means nothing. */
  readonly place: 'tenant' | 'organization';
  readonly readParameter: (field: Field, value: string | string[] | undefined, name: string) => unknown;
  /**
   * The body's JSON, and what is read of it by its declaration.
   * @param text undefined where there is no body
   */
  readonly readBody: (body: Dto | Field, text: string | undefined, name: string) => ReadBody;
  /** Whether the answer of a POST may be kept for its Idempotency-Key. */
  readonly keepsAnswers: boolean;
  /** The media type of refusals. */
  readonly refusalType: string;
  readonly refusal: (error: ApiError, traceId: string) => unknown;
  /** Says which scope is missing. */
  readonly scopeMissing: (wanted: readonly string[], held: ReadonlySet<string>) => string;
}

export interface ReadBody {
  readonly json: unknown;
  readonly body: unknown;
}
