import { Bool, Complex, dto, List, type OutputOf, Text } from '../../kernel/contract/fields.ts';
import type { Operation } from '../../kernel/contract/operation.ts';
import { ApiError, CODE } from '../../kernel/errors.ts';
import { answerOf, type Reply } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';

const IdentityError = dto('IdentityError', { code: Text(), description: Text() });
export const IdentityResult = dto('IdentityResult', {
  succeeded: Bool(),
  errors: List(Complex(IdentityError)),
});

/** The form in which these operations report a broken rule. */
export const RULES_BROKEN = {
  also: { 400: { text: 'Rules that the input breaks.', body: 'same' } },
} as const;

export interface Fault {
  /** In the vocabulary of ASP.NET Identity where it has a word: `DuplicateUserName`. */
  readonly code: string;
  readonly description: string;
}

type Result = OutputOf<typeof IdentityResult>;

const SUCCEEDED: Result = { succeeded: true, errors: [] };

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

/** Answers 200 for success, or 400 with the rules that were broken. */
export const resultOf = (
  operation: Operation,
  ctx: Context,
  work: () => Promise<unknown>,
): Promise<Result | Reply> => resultWith(operation, ctx, work, (result) => result);

/** The same for operations whose answer contains more than the result. A refusal has no value. */
export async function resultWith<T, A>(
  operation: Operation,
  ctx: Context,
  work: () => Promise<T>,
  answer: (result: Result, value: T | undefined) => A,
): Promise<A | Reply> {
  try {
    return answer(SUCCEEDED, await work());
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return answerOf(operation, ctx, answer({ succeeded: false, errors: error.faults }, undefined), 400);
  }
}
