import { frame } from './en/frame.ts';
import { home } from './en/home.ts';
import { jobs } from './en/jobs.ts';
import { parts } from './en/parts.ts';

/** English is the catalog that all others follow: a text that another lacks is a type error there. */
export const en = { frame, home, jobs, parts };
