import type { InputOf } from '../../kernel/contract/fields.ts';
import type { StartProcess } from './contract.ts';

export type StartInfo = InputOf<typeof StartProcess>;
