import type { Context } from 'oidc-provider';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { Words } from '../languages.ts';
import { ROUTES } from '../routes.ts';
import { type Html, html, named } from './pages/html.ts';
import { hidden, showPage } from './pages/layout.ts';
import { findSignOut } from './provider-sign-out.ts';

const action = `/identity${ROUTES.end_session}/confirm`;

const ASK: Words = { en: 'Sign out?', ja: 'サインアウトしますか?' };
export const SIGN_OUT: Words = { en: 'Sign out', ja: 'サインアウト' };

/** It asks first, because any page may send people here. */
export const askToSignOut =
  (db: Queryable) =>
  async (ctx: Context): Promise<void> => {
    const back = ctx.oidc.params?.post_logout_redirect_uri;
    const provider = await findSignOut(db, ctx.oidc.session.uid);
    const xsrf = hidden('xsrf', ctx.oidc.session.state!.secret);
    return showPage(db, ctx, {
      title: ASK,
      leadsTo: [back, provider?.url].filter((address) => address !== undefined),
      body: html`<h1>${ASK}</h1>
<p class="lead">${{
        en: 'You will be signed out of Baton in this browser.',
        ja: 'このブラウザーで Baton からサインアウトします。',
      }}</p>
<form method="post" action="${action}">${xsrf}${hidden('logout', 'yes')}<button type="submit" autofocus>${SIGN_OUT}</button></form>
${provider && leaveToo(provider.name, xsrf)}
${back === undefined ? html`<p><a class="button plain" href="/identity/account">${STAY}</a></p>` : html`<form method="post" action="${action}">${xsrf}<button type="submit" class="plain">${STAY}</button></form>`}`,
    });
  };

/** Who leaves a computer to others is not out as long as one press of a button lets anybody in. */
const leaveToo = (name: string, xsrf: Html): Html => {
  const provider = named(name);
  const text: Words<Html> = {
    en: html`Sign out of ${provider} too`,
    ja: html`${provider} からもサインアウト`,
  };
  return html`<form method="post" action="${action}">${xsrf}${hidden('logout', 'yes')}${hidden('provider', 'yes')}<button type="submit" class="plain">${text}</button></form>`;
};

/** Where a sign-out leads that was asked for by no application. */
export const SIGNED_OUT_PAGE = `/identity${ROUTES.end_session}/success`;

/** The address can be opened by anybody, at any time. */
export const signedOut =
  (db: Queryable) =>
  async (ctx: Context): Promise<void> => {
    const { accountId } = await ctx.oidc.provider.Session.get(ctx);
    const title: Words = accountId ? STILL_SIGNED_IN : OUT;
    return showPage(db, ctx, {
      title,
      body: html`<h1>${title}</h1>
${
  accountId
    ? html`<p><a class="button" href="/identity/account">${{ en: 'Your account', ja: 'アカウント' }}</a></p>`
    : html`<p class="lead" role="status">${CLOSE}</p>
<p class="more"><a href="/identity/account">${{ en: 'Sign in again', ja: 'もう一度サインイン' }}</a></p>`
}`,
    });
  };

const OUT: Words = { en: 'You are signed out', ja: 'サインアウトしました' };
const STILL_SIGNED_IN: Words = { en: 'You are still signed in', ja: 'サインインしたままです' };
const STAY: Words = { en: 'Stay signed in', ja: 'サインインしたままにする' };

export const CLOSE: Words = {
  en: 'You can close this window.',
  ja: 'このウィンドウは閉じてもかまいません。',
};
