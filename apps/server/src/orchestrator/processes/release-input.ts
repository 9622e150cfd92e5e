import type { InputOf } from '../../kernel/contract/fields.ts';
import type { ReleasePatch } from './contract.ts';

/** Body of a create or an update: nothing is certain to be there. */
export type ReleaseInput = InputOf<typeof ReleasePatch>;
