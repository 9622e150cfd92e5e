import { inEach, type Language, type Words } from '../../languages.ts';

/** Text that is markup already, in any language. */
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
 * Everything that is put in is escaped, except what is Html. What people read comes in as words; other texts
 * are names and values, the same in all languages.
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
