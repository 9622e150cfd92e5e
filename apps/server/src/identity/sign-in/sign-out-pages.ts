import type { Context } from 'oidc-provider';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { Words } from '../languages.ts';
import { ROUTES } from '../routes.ts';
import { type Html, html } from './pages/html.ts';
import { hidden, showPage } from './pages/layout.ts';
import { findSignOut } from './provider-sign-out.ts';

const action = `/identity${ROUTES.end_session}/confirm`;

const ASK: Words = { en: 'Sign out?', ja: 'サインアウトしますか?' };
export const SIGN_OUT: Words = { en: 'Sign out', ja: 'サインアウト' };

/** Asked, since any page may send people here. */
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
<form method="post" action="${action}">${xsrf}<button type="submit" class="plain">${{
        en: 'Stay signed in',
        ja: 'サインインしたままにする',
      }}</button></form>`,
    });
  };

/** Who leaves a computer to others is not out as long as one press of a button lets anybody in. */
const leaveToo = (name: string, xsrf: Html): Html => {
  const text: Words = { en: `Sign out of ${name} too`, ja: `${name} からもサインアウト` };
  return html`<form method="post" action="${action}">${xsrf}${hidden('logout', 'yes')}${hidden('provider', 'yes')}<button type="submit" class="plain">${text}</button></form>`;
};

export const signedOut =
  (db: Queryable) =>
  (ctx: Context): Promise<void> =>
    showPage(db, ctx, {
      title: { en: 'Signed out', ja: 'サインアウト完了' },
      body: html`<h1>${{ en: 'You are signed out', ja: 'サインアウトしました' }}</h1>
<p class="lead" role="status">${CLOSE}</p>`,
    });

const CLOSE: Words = { en: 'You can close this window.', ja: 'このウィンドウは閉じてもかまいません。' };
