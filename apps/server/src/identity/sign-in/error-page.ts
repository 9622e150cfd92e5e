import type { Context } from 'oidc-provider';
import { ROUTES } from '../routes.ts';
import { html } from './pages/html.ts';
import { type Page, showPage } from './pages/layout.ts';

export interface ErrorShown {
  readonly error: string;
  readonly error_description?: string;
}

const WORDS: Readonly<Record<string, string>> = {
  invalid_client: 'The application that sent you here is not known.',
  invalid_redirect_uri: 'The application asked to send you back to an address that is not registered for it.',
  invalid_scope: 'The application asked for rights that it is not registered for.',
  server_error: 'Something went wrong on our side. Try again in a moment.',
  storage_full: 'The storage of the server is full. Whoever runs it has to make room.',
  temporarily_unavailable: 'The server is not available at the moment. Try again soon.',
};

export const errorPage = (out: ErrorShown, status = 400): Page => ({
  title: 'Sign-in is not possible',
  status,
  body: html`<h1>Sign-in is not possible</h1>
<p class="lead" role="alert">${WORDS[out.error] ?? 'The request to sign in is not complete, or no longer good.'}</p>
<p>Go back to the application and try again. If it happens again, tell its maker or your administrator:</p>
<p class="code">${out.error}${out.error_description ? `: ${out.error_description}` : ''}</p>`,
});

/**
 * The sign-in was finished, took too long, or was begun in another browser. `again` begins it anew, where it
 * is known what it was for.
 */
export const overPage = (again: string | undefined): Page => ({
  title: 'This sign-in is over',
  status: 400,
  body: html`<h1>This sign-in is over</h1>
<p class="lead" role="alert">It was finished before, took too long, or was begun in another browser.</p>
${
  again
    ? html`<p><a class="button" href="${again}">Sign in again</a></p>`
    : html`<p>Go back to the application that you came from, or look at your account:</p>
<p><a class="button" href="/identity/account">Your account</a></p>`
}`,
});

/** A form that was loaded for another session or sign-in, or came from elsewhere; `back` shows it anew. */
export const stalePage = (back: string): Page => ({
  title: 'This page is too old',
  status: 403,
  body: html`<h1>This page is too old</h1>
<p class="lead" role="alert">Nothing was changed. Open it again, and once more enter what you entered.</p>
<p><a class="button" href="${back}">Open it again</a></p>`,
});

/** Somebody whom an outside provider brought is not let in. */
export const notAdmittedPage = (problem: string, backTo: string): Page => ({
  title: 'You are not signed in',
  status: 403,
  body: html`<h1>You are not signed in</h1>
<p class="lead" role="alert">${problem}</p>
<p>Try again, or ask the administrator of your organization.</p>
<p><a class="button" href="${backTo}">Back to sign-in</a></p>`,
});

/** oidc-provider's `renderError`: a page where people look, JSON where programs do. */
export function showError(ctx: Context, out: ErrorShown): void {
  const isPage = [ROUTES.authorization, ROUTES.end_session, ROUTES.code_verification].some((path) =>
    ctx.path.startsWith(path),
  );
  // Nobody looks at a token request in a browser, whatever it says it accepts.
  if (isPage) showPage(ctx, errorPage(out, ctx.status));
  else ctx.body = out;
}
