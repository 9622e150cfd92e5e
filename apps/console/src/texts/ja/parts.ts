import type { Texts } from '../texts.ts';

export const parts: Texts['parts'] = {
  title: '部品',
  language: '言語',
};
