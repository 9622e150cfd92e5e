import type { Context } from 'oidc-provider';
import { ROUTES } from '../routes.ts';
import { html } from './pages/html.ts';
import { hidden, showPage } from './pages/layout.ts';

const action = `/identity${ROUTES.end_session}/confirm`;

/** Asked, since any page may send people here. */
export function askToSignOut(ctx: Context): void {
  const back = ctx.oidc.params?.post_logout_redirect_uri;
  const xsrf = hidden('xsrf', ctx.oidc.session.state!.secret);
  showPage(ctx, {
    title: 'Sign out?',
    leadsTo: back,
    body: html`<h1>Sign out?</h1>
<p class="lead">You will be signed out of Baton in this browser.</p>
<form method="post" action="${action}">${xsrf}${hidden('logout', 'yes')}<button type="submit" autofocus>Sign out</button></form>
<form method="post" action="${action}">${xsrf}<button type="submit" class="plain">Stay signed in</button></form>`,
  });
}

export function signedOut(ctx: Context): void {
  showPage(ctx, {
    title: 'Signed out',
    body: html`<h1>You are signed out</h1><p class="lead" role="status">You can close this window.</p>`,
  });
}
