import { parts } from './ja/parts.ts';
import type { Texts } from './texts.ts';

export const ja: Texts = { parts };
