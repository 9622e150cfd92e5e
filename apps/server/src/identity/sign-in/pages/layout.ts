import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Context } from 'oidc-provider';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { inEach, LANGUAGES, type Language, type Words } from '../../languages.ts';
import { readAccountId } from '../../users/users.ts';
import { chooseLanguage } from '../choose-language.ts';
import { type Html, html } from './html.ts';

export interface Page {
  readonly title: Words;
  readonly body: Html;
  /** Default 200. */
  readonly status?: number;
  /**
   * The address of an application, if the answer of a form leads there. Chromium applies form-action to all
   * redirects that follow, and an application may send people on to its own pages anywhere. So its scheme is
   * allowed, and not only its origin.
   */
  readonly leadsTo?: string | readonly string[];
  readonly retryAfter?: number;
  /** The path at which a choice of another language shows the page anew. Default: its own. */
  readonly again?: string;
  /** Whether the page continues by itself: the only page with a script. The form says where it leads. */
  readonly sendsFirstForm?: boolean;
}

export const STYLE_PATH = '/identity/sign-in/style.css';

/** What browsers show beside a title. */
export const ICON_PATH = '/identity/sign-in/icon.svg';

const BATON = html`<path d="M7 25 25 7" stroke="currentColor" stroke-width="5" stroke-linecap="round"/><circle cx="25" cy="7" r="4.5" fill="currentColor"/>`;
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" color="#3b82f6">${BATON.markup.en}</svg>`;

let style: { readonly text: string; readonly version: string } | undefined;

/** The one style sheet, read at first use. */
export function readStyle(): { readonly text: string; readonly version: string } {
  if (!style) {
    const text = readFileSync(new URL('style.css', import.meta.url), 'utf8');
    style = { text, version: createHash('sha256').update(text).digest('hex').slice(0, 12) };
  }
  return style;
}

export interface Rendered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Where a choice of the language is sent. */
export const LANGUAGE_PATH = '/identity/language';

/**
 * A whole page with the headers that protect it: no foreign scripts, nothing from elsewhere,
 * in nobody's frame.
 */
export function render(
  page: Page,
  { language, address }: { readonly language: Language; readonly address: string },
): Rendered {
  const { body, status = 200, leadsTo, retryAfter, again = address, sendsFirstForm = false } = page;
  const whole = html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<title>${page.title} · Baton</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<link rel="icon" href="${ICON_PATH}" type="image/svg+xml">
<link rel="stylesheet" href="${STYLE_PATH}?v=${readStyle().version}">
</head>
<body>
<main>
<p class="brand"><svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">${BATON}</svg> Baton</p>
<div class="card">
${body}
</div>
</main>
${sendsFirstForm ? sending() : switchOf(language, again)}
</body>
</html>
`;
  const schemes = [leadsTo ?? []].flat().map((to) => new URL(to).protocol);
  const formAction = ["'self'", ...new Set(schemes)].join(' ');
  const leads = sendsFirstForm ? `script-src ${scriptSource()}` : `form-action ${formAction}`;
  return {
    status,
    text: whole.markup[language],
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'cache-control': 'no-store',
      'content-security-policy':
        `default-src 'none'; style-src 'self'; img-src 'self'; ${leads}; ` +
        "base-uri 'none'; frame-ancestors 'none'",
      // The receiver of the form may see where it comes from.
      'referrer-policy': sendsFirstForm ? 'origin' : 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    },
  };
}

const SCRIPT = 'document.forms[0].submit()';
const sending = (): Html => html`<script>${{ markup: inEach(() => SCRIPT) }}</script>`;
const scriptSource = (): string => `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

/** Leads back to the page, in the other language. */
const switchOf = (language: Language, again: string): Html => html`<footer>
<form method="post" action="${LANGUAGE_PATH}" class="languages" aria-label="${{ en: 'Language', ja: '表示言語' }}">
${hidden('back', again)}
${Object.entries(LANGUAGES).map(([code, name]) =>
  code === language
    ? html`<span lang="${code}" aria-current="true">${name}</span>`
    : html`<button name="language" value="${code}" lang="${code}">${name}</button>`,
)}
</form>
</footer>`;

/** As an answer of oidc-provider. */
export async function showPage(db: Queryable, ctx: Context, page: Page): Promise<void> {
  const { accountId } = ctx.oidc.session ?? {};
  const language = await chooseLanguage(db, ctx.headers, {
    userId: accountId && readAccountId(accountId).id,
    wishes: ctx.oidc.params?.ui_locales,
  });
  // What it is mounted under, it does not know.
  const { status, headers, text } = render(page, { language, address: `/identity${ctx.originalUrl}` });
  ctx.status = status;
  for (const [name, value] of Object.entries(headers)) ctx.set(name, value);
  ctx.body = text;
}

/** A title that says first that something went wrong. */
export const asError = (words: Words, problem: unknown): Words =>
  problem === undefined ? words : { en: `Error: ${words.en}`, ja: `エラー: ${words.ja}` };

/** What went wrong, where that is no field's; or is said of several fields, which follow it. */
export const alert = (text: Words | undefined): Html | undefined =>
  text === undefined
    ? undefined
    : html`<div class="alert" role="alert" id="problem"><strong>${text}</strong></div>`;

export const notice = (text: Words | undefined): Html | undefined =>
  text === undefined ? undefined : html`<div class="notice" role="status" aria-live="polite">${text}</div>`;

export interface Field {
  readonly name: string;
  /** Default: the name. */
  readonly id?: string;
  readonly label: Words;
  readonly type?: 'text' | 'password' | 'email';
  readonly autocomplete: string;
  readonly value?: string;
  readonly hint?: Words;
  readonly focus?: boolean;
  /** What is wrong with it: told beside it, and it has the focus. */
  readonly problem?: Words | undefined;
  /** One of several that the alert above is about. */
  readonly isDoubtful?: boolean;
  /** Digits: the keyboard of a telephone. */
  readonly numeric?: boolean;
}

export function field(of: Field): Html {
  const id = of.id ?? of.name;
  const problem = of.isDoubtful ? 'problem' : of.problem && `${id}-problem`;
  const described = [problem, of.hint && `${id}-hint`].filter(Boolean).join(' ');
  return html`<div class="field">
<label for="${id}">${of.label}</label>
${of.problem && html`<p class="problem" role="alert" id="${id}-problem">${of.problem}</p>`}
<input id="${id}" name="${of.name}" type="${of.type ?? 'text'}" autocomplete="${of.autocomplete}" required
 autocapitalize="none" autocorrect="off" spellcheck="false"${attribute('value', of.value)}${attribute('aria-describedby', described || undefined)}${attribute(
   'aria-invalid',
   problem && 'true',
 )}${attribute('inputmode', of.numeric ? 'numeric' : undefined)}${(of.focus || of.problem) && html` autofocus`}>
${of.hint ? html`<p class="hint" id="${id}-hint">${of.hint}</p>` : undefined}
</div>`;
}

/** By which password managers know whose password it is, where the page does not ask who somebody is. */
export const userNameField = (userName: string): Html =>
  html`<input type="text" name="username" value="${userName}" autocomplete="username" hidden>`;

const attribute = (name: string, value: string | undefined): Html | undefined =>
  value === undefined ? undefined : html` ${name}="${value}"`;

export const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}">`;
