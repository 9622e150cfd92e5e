import { Bool, Complex, dto, List, Text } from '../../kernel/contract/fields.ts';
import type { Operation } from '../../kernel/contract/operation.ts';
import { ApiError, CODE } from '../../kernel/errors.ts';
import { withStatus } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';

const IdentityError = dto('IdentityError', { code: Text(), description: Text() });
export const IdentityResult = dto('IdentityResult', {
  succeeded: Bool(),
  errors: List(Complex(IdentityError)),
});

/** What operations that answer it say of a broken rule. */
export const RULES_BROKEN = {
  also: { 400: { text: 'Rules that the input breaks.', body: 'same' } },
} as const;

export interface Fault {
  /** Of ASP.NET Identity's vocabulary where it has a word: `DuplicateUserName`. */
  readonly code: string;
  readonly description: string;
}

export const SUCCEEDED = { succeeded: true, errors: [] };

/**
 * A rule of Identity that the input breaks. Told as IdentityResult where the operation answers one, as
 * problem details elsewhere.
 */
export class Refused extends ApiError {
  override readonly name = 'Refused';
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(400, CODE.InvalidArgument, faults.map(({ description }) => description).join(' '));
    this.faults = faults;
  }
}

export const refused = (code: string, description: string): Refused => new Refused([{ code, description }]);

/** Answers 200 with success, or 400 with the rules that were broken; `more` comes beside either. */
export async function resultOf(
  operation: Operation,
  ctx: Context,
  work: () => Promise<unknown>,
  more: (result: unknown, value: unknown) => object = () => ({}),
): Promise<unknown> {
  try {
    const value = await work();
    return { ...SUCCEEDED, ...more(SUCCEEDED, value) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const failed = { succeeded: false, errors: error.faults };
    return withStatus(operation, ctx, 400, { ...failed, ...more(failed, undefined) });
  }
}
