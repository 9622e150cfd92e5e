import { html } from './html.ts';
import { alert, field, hidden, type Page } from './layout.ts';

const back = (from: string | undefined) =>
  from ? html`<p class="more"><a href="/identity/sign-in/${from}">Back to sign-in</a></p>` : undefined;

export const forgottenPage = (of: {
  readonly from: string | undefined;
  readonly organization: string;
  readonly asksOrganization: boolean;
  readonly problem?: string;
}): Page => ({
  title: 'Forgotten your password?',
  status: of.problem === undefined ? 200 : 400,
  body: html`<h1>Forgotten your password?</h1>
<p class="lead">We send a link to your e-mail address, with which you choose a new one.</p>
${alert(of.problem)}
<form method="post" action="/identity/sign-in/forgotten">
${of.from ? hidden('from', of.from) : undefined}${
  of.asksOrganization
    ? field({ name: 'organization', label: 'Organization', autocomplete: 'organization' })
    : hidden('organization', of.organization)
}
${field({ name: 'login', label: 'User name or e-mail', autocomplete: 'username', focus: true })}
<button type="submit">Send the link</button>
</form>
${back(of.from)}`,
});

export const linkSentPage = (from: string | undefined): Page => ({
  title: 'Check your e-mail',
  body: html`<h1>Check your e-mail</h1>
<p class="lead" role="status">If there is an account of that name with an e-mail address, a link is on its way. It is good
 for one hour, and once.</p>
<p>Nothing there? Look into your spam folder, or ask the administrator of your organization.</p>
${back(from)}`,
});

export const badLinkPage = (): Page => ({
  title: 'This link is no longer good',
  status: 400,
  body: html`<h1>This link is no longer good</h1>
<p class="lead" role="alert">It was used before, or it is more than an hour old.</p>
<p><a class="button" href="/identity/sign-in/forgotten">Ask for a new link</a></p>`,
});

/** Where a saved password leads, so that a reload sends none again. */
export const SAVED = '/identity/sign-in/saved';
/** The same for somebody who was invited. */
export const WELCOME = '/identity/sign-in/welcome';

export const passwordSavedPage = (): Page => ({
  title: 'Your password is changed',
  body: html`<h1>Your password is changed</h1>
<p class="lead" role="status">You have been signed out everywhere. Go back to where you came from and sign in with the new
 password.</p>
<p><a class="button" href="/identity/account">Sign in</a></p>`,
});

export const badInvitationPage = (): Page => ({
  title: 'This invitation is no longer good',
  status: 400,
  body: html`<h1>This invitation is no longer good</h1>
<p class="lead" role="alert">It was accepted before, it is more than a week old, or a newer one was sent.</p>
<p>Have you chosen a password already? Then sign in with it. Otherwise ask the administrator of your organization for
 a new invitation.</p>
<p><a class="button" href="/identity/account">Sign in</a></p>`,
});

export const welcomePage = (): Page => ({
  title: 'Welcome to Baton',
  body: html`<h1>Welcome to Baton</h1>
<p class="lead" role="status">Your password is saved. You can sign in with it now.</p>
<p><a class="button" href="/identity/account">Sign in</a></p>`,
});
