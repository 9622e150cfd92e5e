import type { en } from './en.ts';

/**
 * All texts of the console, by area. A text with something to fill in is a function of it, so that each
 * language words numbers and names in its own way.
 */
export type Texts = typeof en;
