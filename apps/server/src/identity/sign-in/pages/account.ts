import type { Words } from '../../languages.ts';
import { type Html, html } from './html.ts';
import { alert, asError, field, hidden, notice, type Page } from './layout.ts';
import {
  applicationsSection,
  type ShownApplication,
  type ShownSession,
  sessionsSection,
} from './sessions.ts';
import { type FormOf, newPasswordField, repeatField } from './sign-in.ts';

export interface AccountPage {
  readonly form: FormOf;
  readonly displayName: string;
  readonly userName: string;
  readonly email: string | null;
  /** They come from an outside provider, which knows their password. */
  readonly isOutside: boolean;
  readonly hasFactor: boolean;
  readonly minLength: number;
  readonly sessions: readonly ShownSession[];
  readonly applications: readonly ShownApplication[];
  readonly problem?: Words;
  /** The field that the problem is about. */
  readonly about?: string;
  /** Seconds, where guessing was stopped. */
  readonly retryAfter?: number;
  readonly done?: Words;
}

/** Each form asks for it; `id` tells them apart. */
const present = (id: string, about: string | undefined): Html =>
  field({
    id,
    name: 'old',
    label: { en: 'Current password', ja: '現在のパスワード' },
    type: 'password',
    autocomplete: 'current-password',
    focus: about === id,
    invalid: about === id,
  });

export function accountPage(of: AccountPage): Page {
  const { form } = of;
  const post = (step: string, fields: Html): Html =>
    html`<form method="post" action="${form.action}">${hidden('csrf', form.token)}${hidden('step', step)}
${fields}
</form>`;
  return {
    title: asError({ en: 'Your account', ja: 'アカウント' }, of.problem),
    status: of.retryAfter !== undefined ? 429 : of.problem ? 400 : 200,
    retryAfter: of.retryAfter,
    body: html`<h1>${of.displayName}</h1>
<p class="lead">${of.userName}${of.email && of.email !== of.userName ? html`, ${of.email}` : undefined}</p>
${alert(of.problem)}${notice(of.done)}
${
  of.isOutside
    ? html`<p>${{
        en: 'You sign in through your company, which looks after your password and your second factor.',
        ja: 'お勤め先の認証サービスでサインインしています。パスワードと二段階認証は、そのサービスで管理されます。',
      }}</p>`
    : html`<h2>${{ en: 'Password', ja: 'パスワード' }}</h2>
${post(
  'change',
  html`${present('old', of.about)}
${newPasswordField(
  of.about,
  {
    en: `At least ${of.minLength} characters. You will be signed out everywhere.`,
    ja: `${of.minLength} 文字以上。変更すると、すべての端末からサインアウトします。`,
  },
  false,
)}
${repeatField(of.about)}
<button type="submit">${{ en: 'Change the password', ja: 'パスワードを変更' }}</button>`,
)}
<h2>${{ en: 'Second factor', ja: '二段階認証' }}</h2>
${
  of.hasFactor
    ? html`<p>${{
        en: 'On: you are asked for a code of your authenticator app.',
        ja: '有効: サインイン時に認証アプリのコードの入力が必要です。',
      }}</p>
${post(
  'codes',
  // The button that was pressed says its own step, after the form's.
  html`${present('factor-old', of.about)}<button type="submit" class="plain">${{
    en: 'Make new recovery codes',
    ja: '新しい回復コードを作成',
  }}</button>
<button type="submit" class="plain" name="step" value="disable">${{
    en: 'Turn off the second factor',
    ja: '二段階認証を無効にする',
  }}</button>`,
)}`
    : html`<p>${{
        en: 'Off: your password alone opens your account.',
        ja: '無効: パスワードだけでサインインできます。',
      }}</p>
${post(
  'begin',
  html`${present('begin-old', of.about)}<button type="submit" class="plain">${{
    en: 'Set up an authenticator app',
    ja: '認証アプリを設定',
  }}</button>`,
)}`
}`
}
${sessionsSection(post, of.sessions)}
${applicationsSection(post, of.applications)}`,
  };
}
