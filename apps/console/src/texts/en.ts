import { parts } from './en/parts.ts';

/** English is the catalog that all others follow: a text that another lacks is a type error there. */
export const en = { parts };
