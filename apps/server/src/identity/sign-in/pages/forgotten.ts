import type { Words } from '../../languages.ts';
import { html } from './html.ts';
import { alert, asError, field, hidden, type Page } from './layout.ts';
import { FORGOTTEN, LOGIN, organizationField, SIGN_IN } from './sign-in.ts';

const back = (from: string | undefined) =>
  from ? html`<p class="more"><a href="/identity/sign-in/${from}">${BACK_TO_SIGN_IN}</a></p>` : undefined;

export const BACK_TO_SIGN_IN = { en: 'Back to sign-in', ja: 'サインインに戻る' } as const satisfies Words;

const signIn = html`<p><a class="button" href="/identity/account">${SIGN_IN}</a></p>`;

export const forgottenPage = (of: {
  readonly from: string | undefined;
  readonly organization: string;
  readonly asksOrganization: boolean;
  readonly problem?: Words;
}): Page => ({
  title: asError(FORGOTTEN, of.problem),
  status: of.problem === undefined ? 200 : 400,
  body: html`<h1>${FORGOTTEN}</h1>
<p class="lead">${{
    en: 'We will e-mail you a link with which you choose a new password.',
    ja: '新しいパスワードを設定するためのリンクを、登録されているメールアドレスに送信します。',
  }}</p>
${alert(of.problem)}
<form method="post" action="/identity/sign-in/forgotten">
${of.from ? hidden('from', of.from) : undefined}${
  of.asksOrganization ? organizationField({ focus: true }) : hidden('organization', of.organization)
}
${field({ name: 'login', label: LOGIN, autocomplete: 'username', focus: !of.asksOrganization })}
<button type="submit">${{ en: 'Send the link', ja: 'リンクを送信' }}</button>
</form>
${back(of.from)}`,
});

const CHECK = { en: 'Check your e-mail', ja: 'メールをご確認ください' } as const satisfies Words;

export const linkSentPage = (from: string | undefined): Page => ({
  title: CHECK,
  body: html`<h1>${CHECK}</h1>
<p class="lead" role="status">${{
    en: 'If there is an account of that name with an e-mail address, a link is on its way. It works once, and for one hour.',
    ja: '入力されたアカウントにメールアドレスが登録されている場合は、リンクが届きます。リンクは 1 時間以内に 1 回だけ使えます。',
  }}</p>
<p>${{
    en: 'Has nothing arrived? Look into your spam folder, or ask the administrator of your organization.',
    ja: '届かない場合は、迷惑メール フォルダーをご確認いただくか、組織の管理者にお問い合わせください。',
  }}</p>
${back(from)}`,
});

const BAD_LINK = { en: 'This link no longer works', ja: 'このリンクは無効です' } as const satisfies Words;

export const badLinkPage = (): Page => ({
  title: BAD_LINK,
  status: 400,
  body: html`<h1>${BAD_LINK}</h1>
<p class="lead" role="alert">${{
    en: 'It was used before, or it is more than an hour old.',
    ja: 'すでに使用されたか、発行から 1 時間以上経過しています。',
  }}</p>
<p>${{
    en: 'Have you chosen a new password already? Then sign in with it.',
    ja: '新しいパスワードを設定済みの場合は、そのパスワードでサインインしてください。',
  }}</p>
${signIn}
<p><a class="button plain" href="/identity/sign-in/forgotten">${{
    en: 'Ask for a new link',
    ja: '新しいリンクを要求',
  }}</a></p>`,
});

/** The page after a password was saved, so that a reload sends it no second time. */
export const SAVED = '/identity/sign-in/saved';
/** The same for somebody who was invited. */
export const WELCOME = '/identity/sign-in/welcome';
/** The same for somebody who asked for a link. */
export const SENT = '/identity/sign-in/sent';

const CHANGED = {
  en: 'Your password is changed',
  ja: 'パスワードを変更しました',
} as const satisfies Words;

export const passwordSavedPage = (): Page => ({
  title: CHANGED,
  body: html`<h1>${CHANGED}</h1>
<p class="lead" role="status">${{
    en: 'You have been signed out everywhere. Go back to where you came from, and sign in with the new password.',
    ja: 'すべての端末からサインアウトしました。元のアプリケーションに戻り、新しいパスワードでサインインしてください。',
  }}</p>
${signIn}`,
});

const BAD_INVITATION = {
  en: 'This invitation no longer works',
  ja: 'この招待は無効です',
} as const satisfies Words;

export const badInvitationPage = (): Page => ({
  title: BAD_INVITATION,
  status: 400,
  body: html`<h1>${BAD_INVITATION}</h1>
<p class="lead" role="alert">${{
    en: 'It was accepted before, is more than a week old, or was replaced by a newer one.',
    ja: 'すでに承諾されたか、発行から 1 週間以上経過したか、新しい招待が送信されています。',
  }}</p>
<p>${{
    en: 'Have you chosen a password already? Then sign in with it. Otherwise ask the administrator of your organization for a new invitation.',
    ja: 'パスワードを設定済みの場合は、そのパスワードでサインインしてください。設定していない場合は、組織の管理者に新しい招待を依頼してください。',
  }}</p>
${signIn}`,
});

const WELCOME_TO = { en: 'Welcome to Baton', ja: 'Baton へようこそ' } as const satisfies Words;

export const welcomePage = (): Page => ({
  title: WELCOME_TO,
  body: html`<h1>${WELCOME_TO}</h1>
<p class="lead" role="status">${{
    en: 'Your password is saved. You can sign in with it now.',
    ja: 'パスワードを保存しました。このパスワードでサインインできます。',
  }}</p>
${signIn}`,
});
