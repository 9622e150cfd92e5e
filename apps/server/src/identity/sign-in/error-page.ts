import type { Context, Interaction } from 'oidc-provider';
import type { Queryable } from '../../kernel/db/sql.ts';
import { DatabaseUnavailable } from '../../kernel/db/unavailable.ts';
import { StorageFailure } from '../../kernel/files/storage-failure.ts';
import type { Words } from '../languages.ts';
import { ROUTES } from '../routes.ts';
import { BACK_TO_SIGN_IN } from './pages/forgotten.ts';
import { html } from './pages/html.ts';
import { type Page, showPage } from './pages/layout.ts';

export interface ErrorShown {
  readonly error: string;
  readonly error_description?: string;
}

const WORDS: Readonly<Record<string, Words>> = {
  invalid_client: {
    en: 'The application that sent you here is not known.',
    ja: '呼び出し元のアプリケーションが登録されていません。',
  },
  invalid_redirect_uri: {
    en: 'The application asked to send you back to an address that is not registered for it.',
    ja: 'アプリケーションが指定した戻り先のアドレスは登録されていません。',
  },
  invalid_scope: {
    en: 'The application asked for rights that it is not registered for.',
    ja: 'アプリケーションが要求した権限は登録されていません。',
  },
  server_error: {
    en: 'Something went wrong on our side. Try again in a moment.',
    ja: 'サーバーでエラーが発生しました。しばらくしてから、もう一度お試しください。',
  },
  storage_full: {
    en: 'The storage of the server is full. Whoever runs it has to make room.',
    ja: 'サーバーのストレージに空き容量がありません。サーバーの管理者に連絡してください。',
  },
  temporarily_unavailable: {
    en: 'The server is not available at the moment. Try again soon.',
    ja: '現在サーバーを利用できません。しばらくしてから、もう一度お試しください。',
  },
};

/** No fault of the application: the same page, once more, is the way on. */
const OURS = new Set(['server_error', 'storage_full', 'temporarily_unavailable']);

const NOT_COMPLETE: Words = {
  en: 'The request to sign in is not complete, or has expired.',
  ja: 'サインインの要求が不完全か、有効期限が切れています。',
};

const NOT_POSSIBLE: Words = { en: 'Sign-in is not possible', ja: 'サインインできません' };

/** The error as a program would be told it stands below, unchanged, for whoever has to fix it. */
export const errorPage = (out: ErrorShown, status = 400): Page => ({
  title: NOT_POSSIBLE,
  status,
  body: html`<h1>${NOT_POSSIBLE}</h1>
<p class="lead" role="alert">${WORDS[out.error] ?? NOT_COMPLETE}</p>
${
  OURS.has(out.error)
    ? html`<p><a class="button" href="">${{ en: 'Try again', ja: 'もう一度試す' }}</a></p>
<p>${{
        en: 'If it happens again, tell your administrator:',
        ja: '問題が続く場合は、次の内容を管理者に伝えてください。',
      }}</p>`
    : html`<p>${{
        en: 'Go back to the application and try again. If it happens again, tell its maker or your administrator:',
        ja: 'アプリケーションに戻って、もう一度お試しください。問題が続く場合は、次の内容をアプリケーションの提供元または管理者に伝えてください。',
      }}</p>`
}
<code class="code" lang="en">${out.error}${out.error_description ? `: ${out.error_description}` : ''}</code>`,
});

const OVER: Words = { en: 'This sign-in is over', ja: 'このサインインは終了しています' };

/**
 * The sign-in is finished, took too long, or was begun in another browser. `again` begins it anew, if its
 * purpose is known.
 */
export const overPage = (again: string | undefined): Page => ({
  title: OVER,
  status: 400,
  body: html`<h1>${OVER}</h1>
<p class="lead" role="alert">${{
    en: 'It was finished before, took too long, or was begun in another browser.',
    ja: 'すでに完了したか、時間切れになったか、別のブラウザーで開始されています。',
  }}</p>
${
  again
    ? html`<p><a class="button" href="${again}">${{ en: 'Sign in again', ja: 'もう一度サインイン' }}</a></p>`
    : html`<p>${{
        en: 'Go back to the application that you came from, or look at your account:',
        ja: '元のアプリケーションに戻るか、アカウントのページを開いてください。',
      }}</p>
<p><a class="button" href="/identity/account">${{ en: 'Your account', ja: 'アカウント' }}</a></p>`
}`,
});

const TOO_OLD: Words = { en: 'This page is too old', ja: 'このページの有効期限が切れています' };

/**
 * A form that was loaded for another session or sign-in, or that came from elsewhere. `back` shows it anew.
 */
export const stalePage = (back: string): Page => ({
  title: TOO_OLD,
  status: 403,
  again: back,
  body: html`<h1>${TOO_OLD}</h1>
<p class="lead" role="alert">${{
    en: 'Nothing was changed. Open it again, and enter everything once more.',
    ja: '何も変更されていません。ページを開き直して、もう一度入力してください。',
  }}</p>
<p><a class="button" href="${back}">${{ en: 'Open it again', ja: '開き直す' }}</a></p>`,
});

const NOT_SIGNED_IN: Words = { en: 'You are not signed in', ja: 'サインインしていません' };

/** Somebody who comes from an outside provider is not let in. */
export const notAdmittedPage = (problem: Words, backTo: string): Page => ({
  title: NOT_SIGNED_IN,
  status: 403,
  again: backTo,
  body: html`<h1>${NOT_SIGNED_IN}</h1>
<p class="lead" role="alert">${problem}</p>
<p>${{
    en: 'Try again, or ask the administrator of your organization.',
    ja: 'もう一度お試しいただくか、組織の管理者にお問い合わせください。',
  }}</p>
<p><a class="button" href="${backTo}">${BACK_TO_SIGN_IN}</a></p>`,
});

/** To begin anew what a sign-in was for, `more` being asked for otherwise. */
export const againOf = (
  { params }: Interaction,
  more: Readonly<Record<string, string | undefined>> = {},
): string => {
  const texts = Object.entries({ ...params, ...more }).filter(
    (each): each is [string, string] => typeof each[1] === 'string',
  );
  return `/identity${ROUTES.authorization}?${new URLSearchParams(texts)}`;
};

/** A temporary failure of the server itself, as an error that the page has words for. */
function lacking(error: Error | undefined): Page | undefined {
  if (error instanceof StorageFailure) return errorPage({ error: 'storage_full' }, 507);
  return error instanceof DatabaseUnavailable
    ? errorPage({ error: 'temporarily_unavailable' }, 503)
    : undefined;
}

/**
 * A page that is over, or has lost its cookies, offers to begin anew. After an error of the application there
 * is nothing to begin.
 */
async function wayOn(ctx: Context, out: ErrorShown, error: Error | undefined): Promise<Page | undefined> {
  if (error?.name === 'SessionNotFound') {
    const begun = await ctx.oidc.provider.Interaction.find(ctx.path.split('/').at(-1)!);
    return overPage(begun && againOf(begun));
  }
  const isForm = ctx.method === 'POST' && out.error === 'invalid_request';
  return isForm && ctx.path.startsWith(ROUTES.end_session)
    ? stalePage(`/identity${ROUTES.end_session}`)
    : undefined;
}

/** oidc-provider's `renderError`: a page for people, JSON for programs. */
export const showError =
  (db: Queryable) =>
  async (ctx: Context, out: ErrorShown, error?: Error): Promise<void> => {
    const isPage = [ROUTES.authorization, ROUTES.end_session, ROUTES.code_verification].some((path) =>
      ctx.path.startsWith(path),
    );
    // Token requests do not come from people in a browser, whatever they say they accept.
    if (isPage)
      await showPage(db, ctx, lacking(error) ?? (await wayOn(ctx, out, error)) ?? errorPage(out, ctx.status));
    else ctx.body = out;
  };
