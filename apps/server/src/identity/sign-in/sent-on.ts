import type { Context, Next } from 'oidc-provider';
import type { Queryable } from '../../kernel/db/sql.ts';
import { inEach, type Words } from '../languages.ts';
import { type Html, html } from './pages/html.ts';
import { type Page, showPage } from './pages/layout.ts';
import { CONTINUE } from './pages/sign-in.ts';

/** oidc-provider's form that a script sends: its address, and its fields. */
const FORM =
  /<title>Submitting Callback<\/title>.*<form method="post" action="([^"]*)">\s*((?:<input type="hidden"[^>]*>\s*)+)/s;

/**
 * Some of oidc-provider's forms are sent on by a script: an answer by `response_mode=form_post`, or the
 * end of a session in which another person's begins. Here each is one of our pages, with a button for
 * browsers without scripts.
 */
export const wordedForms =
  (db: Queryable) =>
  async (ctx: Context, next: Next): Promise<void> => {
    await next();
    const [, action, fields] = typeof ctx.body === 'string' ? (FORM.exec(ctx.body) ?? []) : [];
    if (action && fields)
      await showPage(db, ctx, { ...sentOnPage(asHtml(action), asHtml(fields)), status: ctx.status });
  };

/** It comes from markup, where it is already escaped. */
const asHtml = (markup: string): Html => ({ markup: inEach(() => markup) });

const TITLE: Words = { en: 'One moment', ja: 'お待ちください' };

const sentOnPage = (action: Html, fields: Html): Page => ({
  title: TITLE,
  sendsFirstForm: true,
  body: html`<h1>${TITLE}</h1>
<form method="post" action="${action}">
<p class="lead">${{
    en: 'You are being sent on. If nothing happens, continue by the button.',
    ja: '次のページに移動しています。移動しない場合は、ボタンを押してください。',
  }}</p>
${fields}<button type="submit">${CONTINUE}</button>
</form>`,
});
