import type { Texts } from '../../texts/texts.ts';
import type { FrameIconName } from './frame-icon.tsx';

interface Page {
  readonly to: '/$organization/$tenant' | '/$organization/$tenant/jobs';
  readonly icon: FrameIconName;
  readonly words: (frame: Texts['frame']) => string;
  /** Without it, nobody is shown the way there. */
  readonly permission?: string;
  readonly isExact: boolean;
  /** As the help names it. */
  readonly keys: string;
}

/** The pages of a folder, in their order at the left. A new page is a line here and a route (router.tsx). */
export const PAGES: readonly Page[] = [
  { to: '/$organization/$tenant', icon: 'home', words: (frame) => frame.home, isExact: true, keys: 'Alt H' },
  {
    to: '/$organization/$tenant/jobs',
    icon: 'jobs',
    words: (frame) => frame.jobs,
    permission: 'Jobs.View',
    isExact: false,
    keys: 'Alt J',
  },
];

export const pagesOf = (may: (permission: string) => boolean): readonly Page[] =>
  PAGES.filter(({ permission }) => permission === undefined || may(permission));
