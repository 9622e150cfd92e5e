import type { InputOf } from '../../kernel/contract/fields.ts';
import type { ReleasePatch } from './contract.ts';

/** The body of a create or an update. No member is certain to be there. */
export type ReleaseInput = InputOf<typeof ReleasePatch>;
