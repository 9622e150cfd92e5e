import type { Words } from '../../languages.ts';
import type { SecondFactor } from '../second-factor.ts';
import { type Html, html, named } from './html.ts';
import { alert, asError, field, hidden, notice, type Page, userNameField } from './layout.ts';
import {
  applicationsSection,
  type ShownApplication,
  type ShownSession,
  sessionsSection,
} from './sessions.ts';
import { type FormOf, generalOf, newPasswordField, problemOf, repeatField, type Told } from './sign-in.ts';

export interface AccountPage extends Pick<Told, 'problem' | 'about'> {
  readonly form: FormOf;
  readonly displayName: string;
  readonly userName: string;
  readonly email: string | null;
  /** They come from an outside provider, which knows their password. */
  readonly isOutside: boolean;
  readonly factor: SecondFactor;
  /** By their organization: it cannot be turned off. */
  readonly needsFactor: boolean;
  readonly minLength: number;
  readonly sessions: readonly ShownSession[];
  readonly applications: readonly ShownApplication[];
  /** Seconds, where guessing was stopped. */
  readonly retryAfter?: number;
  readonly done?: Words;
}

/** Each form asks for it; `id` tells them apart. */
const present = (id: string, of: AccountPage): Html => html`${userNameField(of.userName)}
${field({
  id,
  name: 'old',
  label: { en: 'Current password', ja: '現在のパスワード' },
  type: 'password',
  autocomplete: 'current-password',
  problem: problemOf(of, id),
})}`;

export const DEMANDED: Words = {
  en: 'Your organization asks for a second factor.',
  ja: 'お使いの組織では二段階認証が必須です。',
};

const FEW = 3;

/** Who has none left and loses the phone is locked out. */
const codesLeft = (left: number): Html => {
  const words: Words = {
    en: left === 0 ? 'You have no recovery codes left.' : `Recovery codes left: ${left}.`,
    ja: left === 0 ? '回復コードは残っていません。' : `残りの回復コード: ${left} 個。`,
  };
  const advice: Words = {
    en: 'Make new ones now: without them, you cannot sign in when you lose your app.',
    ja: '今すぐ新しい回復コードを作成してください。認証アプリを失うと、サインインできなくなります。',
  };
  return left <= FEW ? html`<p><strong>${words}</strong> ${advice}</p>` : html`<p>${words}</p>`;
};

/** Whoever has no name is called by the user name, which often is the address, too. */
const knownAs = ({ displayName, userName, email }: AccountPage): readonly string[] =>
  [...new Set([userName, email ?? userName])].filter((each) => each !== displayName);

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
    body: html`<h1>${named(of.displayName)}</h1>
${knownAs(of).map((name) => html`<p class="lead">${named(name)}</p>`)}
${alert(generalOf(of))}${notice(of.done)}
${
  of.isOutside
    ? html`<p>${{
        en: 'You sign in through your company, which looks after your password and your second factor.',
        ja: 'お勤め先の認証サービスでサインインしています。パスワードと二段階認証は、そのサービスで管理されます。',
      }}</p>`
    : html`<h2>${{ en: 'Password', ja: 'パスワード' }}</h2>
${post(
  'change',
  html`${present('old', of)}
${newPasswordField(
  of,
  {
    en: `At least ${of.minLength} characters. You will be signed out everywhere.`,
    ja: `${of.minLength} 文字以上。変更すると、すべての端末からサインアウトします。`,
  },
  false,
)}
${repeatField(of)}
<button type="submit">${{ en: 'Change the password', ja: 'パスワードを変更' }}</button>`,
)}
<h2>${{ en: 'Second factor', ja: '二段階認証' }}</h2>
${
  of.factor.isEnabled
    ? html`<p>${{
        en: 'On: you are asked for a code of your authenticator app.',
        ja: '有効: サインイン時に認証アプリのコードの入力が必要です。',
      }} ${of.needsFactor && DEMANDED}</p>
${codesLeft(of.factor.recoveryCodesLeft)}
${post(
  'codes',
  // The button that was pressed says its own step, after the form's.
  html`${present('factor-old', of)}<button type="submit" class="plain">${{
    en: 'Make new recovery codes',
    ja: '新しい回復コードを作成',
  }}</button>
${
  !of.needsFactor &&
  html`<button type="submit" class="plain" name="step" value="disable">${{
    en: 'Turn off the second factor',
    ja: '二段階認証を無効にする',
  }}</button>`
}`,
)}`
    : html`<p>${{
        en: 'Off: your password alone opens your account.',
        ja: '無効: パスワードだけでサインインできます。',
      }}</p>
${post(
  'begin',
  html`${present('begin-old', of)}<button type="submit" class="plain">${{
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
