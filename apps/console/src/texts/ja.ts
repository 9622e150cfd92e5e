import { frame } from './ja/frame.ts';
import { home } from './ja/home.ts';
import { jobs } from './ja/jobs.ts';
import { parts } from './ja/parts.ts';
import type { Texts } from './texts.ts';

export const ja: Texts = { frame, home, jobs, parts };
