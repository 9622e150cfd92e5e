import { inEach, type Language, type Words } from '../../languages.ts';

/** Text that is already markup, in any language. */
export interface Html {
  readonly markup: Words;
}

type Part = Html | Words<string | Html> | string | number | undefined | false | readonly Html[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);

/**
 * Escapes every value except Html. Texts that people read are given as words. Plain strings are names and
 * values, which are the same in all languages.
 */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const markup = inEach((language) =>
    texts.reduce((all, text, i) => all + text + (i < parts.length ? markupOf(parts[i], language) : ''), ''),
  );
  return { markup };
}

/**
 * A name as somebody chose it. Written from right to left, it must not turn what stands around it; in a
 * plain text, `isolated` does the same.
 */
export const named = (name: string): Html => html`<bdi>${name}</bdi>`;

function markupOf(part: Part, language: Language): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
  if ('markup' in part) return part.markup[language];
  if ('en' in part) return markupOf(part[language], language);
  return part.map(({ markup }) => markup[language]).join('\n');
}
