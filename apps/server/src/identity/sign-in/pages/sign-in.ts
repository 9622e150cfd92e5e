import type { Words } from '../../languages.ts';
import { type Html, html, named } from './html.ts';
import { alert, asError, type Field, field, hidden, type Page, userNameField } from './layout.ts';
import { qrCode } from './qr-code.ts';

/** What every form of a sign-in carries. */
export interface FormOf {
  /** Path that it is sent to. */
  readonly action: string;
  readonly token: string;
  /** As of Page. */
  readonly leadsTo: string | undefined;
}

export interface Told {
  readonly problem?: Words;
  /** The field that the problem is about. It is marked and has the focus. Absent if there is none. */
  readonly about?: string;
  /** Default: 200, or 400 if there is a problem. */
  readonly status?: number;
  readonly retryAfter?: number;
}

/** What is told beside that field. */
export const problemOf = ({ problem, about }: Told, field: string): Words | undefined =>
  about === field ? problem : undefined;

/** What is told above all, being about no field. */
export const generalOf = ({ problem, about }: Told): Words | undefined =>
  about === undefined ? problem : undefined;

export const frame = (form: FormOf, told: Told, title: Words, body: Html): Page => ({
  title: asError(title, told.problem),
  body,
  leadsTo: form.leadsTo,
  status: told.status ?? (told.problem === undefined ? 200 : 400),
  retryAfter: told.retryAfter,
});

export const formOf = ({ action, token }: FormOf, step: string, fields: Html): Html =>
  html`<form method="post" action="${action}">
${hidden('csrf', token)}${hidden('step', step)}
${fields}
</form>`;

export interface LoginPage extends Told {
  readonly form: FormOf;
  readonly clientName: string;
  readonly organization: string | undefined;
  /** For links. */
  readonly organizationName: string | undefined;
  /** There are several, and none is named: ask. */
  readonly asksOrganization: boolean;
  /** Where it is asked for: what was entered before. */
  readonly asked?: string;
  readonly login: string;
  readonly outside: readonly { readonly id: string; readonly name: string }[];
}

export const SIGN_IN = { en: 'Sign in', ja: 'サインイン' } as const satisfies Words;
export const LOGIN = {
  en: 'User name or e-mail',
  ja: 'ユーザー名またはメールアドレス',
} as const satisfies Words;
const ORGANIZATION = { en: 'Organization', ja: '組織' } as const satisfies Words;

export function loginPage(of: LoginPage): Page {
  const again = of.problem !== undefined;
  // Which of them is wrong is not said.
  const isWrong = of.about === 'password';
  return frame(
    of.form,
    of,
    SIGN_IN,
    html`<h1>${SIGN_IN}</h1>
<p class="lead">${leadOf(of)}</p>
${alert(of.problem)}
${formOf(
  of.form,
  'password',
  html`${
    of.asksOrganization
      ? organizationField({ value: of.asked, focus: !again, isDoubtful: isWrong })
      : undefined
  }
${field({
  name: 'login',
  label: LOGIN,
  autocomplete: 'username',
  value: of.login,
  focus: !again && of.login === '' && !of.asksOrganization,
  isDoubtful: isWrong,
})}
${field({
  name: 'password',
  label: { en: 'Password', ja: 'パスワード' },
  type: 'password',
  autocomplete: 'current-password',
  focus: isWrong || of.login !== '',
  isDoubtful: isWrong,
})}
<button type="submit">${SIGN_IN}</button>`,
)}
${of.outside.length > 0 ? html`<p class="or">${{ en: 'or', ja: 'または' }}</p>` : undefined}
${of.outside.map(
  // No form: where the provider leads people on to is not ours to know, and form-action would have to name
  // it.
  ({ id, name }) =>
    html`<a class="button plain" href="${of.form.action}?provider=${id}">${{
      en: html`Sign in with ${named(name)}`,
      ja: html`${named(name)} でサインイン`,
    }}</a>`,
)}
<p class="more"><a href="/identity/sign-in/forgotten?${forgottenQuery(of)}">${FORGOTTEN}</a></p>`,
  );
}

export const organizationField = (of: Pick<Field, 'value' | 'focus' | 'isDoubtful'>): Html =>
  field({
    ...of,
    name: 'organization',
    label: ORGANIZATION,
    autocomplete: 'organization',
    hint: {
      en: 'The first part of the address of your Orchestrator. Your administrator knows it.',
      ja: 'Orchestrator のアドレスの最初の部分です。不明な場合は管理者にお問い合わせください。',
    },
  });

export const FORGOTTEN = {
  en: 'Forgotten your password?',
  ja: 'パスワードをお忘れですか?',
} as const satisfies Words;

function leadOf({ clientName, organization }: LoginPage): Words<Html> {
  const client = html`<strong>${named(clientName)}</strong>`;
  if (organization === undefined)
    return {
      en: html`to continue to ${client}`,
      ja: html`${client} を利用するには、サインインしてください。`,
    };
  const place = html`<strong>${named(organization)}</strong>`;
  return {
    en: html`to continue to ${client} in ${place}`,
    ja: html`${place} の ${client} を利用するには、サインインしてください。`,
  };
}

const forgottenQuery = ({ form, organizationName }: LoginPage): string =>
  new URLSearchParams({
    from: form.action.split('/').at(-1)!,
    ...(organizationName ? { organization: organizationName } : {}),
  }).toString();

export interface CodePage extends Told {
  readonly form: FormOf;
  readonly recovery: boolean;
}

const CODE = { en: 'Code', ja: '確認コード' } as const satisfies Words;
export const CONTINUE = { en: 'Continue', ja: '続行' } as const satisfies Words;
const CONFIRM = { en: 'Confirm it is you', ja: 'ご本人の確認' } as const satisfies Words;

export function codePage(of: CodePage): Page {
  const other = of.recovery ? 'factor' : 'recovery';
  return frame(
    of.form,
    of,
    CONFIRM,
    html`<h1>${CONFIRM}</h1>
<p class="lead">${
      of.recovery
        ? {
            en: 'Enter one of the recovery codes that you kept when you set up your second factor.',
            ja: '二段階認証の設定時に保管した回復コードを 1 つ入力してください。',
          }
        : {
            en: 'Enter the six digits that your authenticator app shows for Baton.',
            ja: '認証アプリに表示される Baton の 6 桁のコードを入力してください。',
          }
    }</p>
${alert(generalOf(of))}
${formOf(
  of.form,
  of.recovery ? 'recovery' : 'factor',
  html`${
    of.recovery
      ? field({
          name: 'code',
          label: { en: 'Recovery code', ja: '回復コード' },
          autocomplete: 'off',
          focus: true,
          problem: problemOf(of, 'code'),
        })
      : field({
          name: 'code',
          label: CODE,
          autocomplete: 'one-time-code',
          numeric: true,
          focus: true,
          problem: problemOf(of, 'code'),
        })
  }
<button type="submit">${CONTINUE}</button>`,
)}
<p class="more"><a href="${of.form.action}?use=${other}">${
      of.recovery
        ? { en: 'Use the authenticator app', ja: '認証アプリを使う' }
        : {
            en: 'No access to the app? Use a recovery code',
            ja: '認証アプリを使えない場合は、回復コードを使う',
          }
    }</a></p>
${
  of.recovery &&
  html`<p class="hint">${{
    en: 'Neither app nor codes? The administrator of your organization can turn off your second factor.',
    ja: '認証アプリも回復コードもない場合は、組織の管理者に二段階認証の解除を依頼してください。',
  }}</p>`
}`,
  );
}

export interface EnrolPage extends Told {
  readonly form: FormOf;
  readonly secret: string;
  readonly link: string;
  /** The organization demands it; otherwise the person wanted it. */
  readonly demanded: boolean;
  /** Where those are led who want it no longer. */
  readonly back?: string;
}

const SET_UP = { en: 'Set up a second factor', ja: '二段階認証の設定' } as const satisfies Words;

export function enrolPage(of: EnrolPage): Page {
  return frame(
    of.form,
    of,
    SET_UP,
    html`<h1>${SET_UP}</h1>
<p class="lead">${
      of.demanded && {
        en: 'Your organization asks for a second factor. ',
        ja: 'お使いの組織では二段階認証が必須です。',
      }
    }${{
      en: 'You need an authenticator app: one on your phone, or that of your password manager.',
      ja: 'スマートフォンやパスワード マネージャーの認証アプリが必要です。',
    }}</p>
${alert(generalOf(of))}
<h2>${{ en: '1. Add Baton to the app', ja: '1. 認証アプリに Baton を追加する' }}</h2>
<p>${{ en: 'Scan this with the app:', ja: '次の QR コードを認証アプリで読み取ってください。' }}</p>
${qrCode(of.link, {
  en: 'QR code for the authenticator app. The key below says the same.',
  ja: '認証アプリ用の QR コード。下のキーと同じ内容です。',
})}
<p>${{
      en: html`Is the app on this device? <a href="${of.link}">Open it</a>. Or type this key into it:`,
      ja: html`この端末の認証アプリを使う場合は、<a href="${of.link}">アプリを開く</a>か、次のキーを入力してください。`,
    }}</p>
<code class="code shown" id="secret">${of.secret.replace(/.{4}(?=.)/g, '$& ')}</code>
<h2>${{ en: '2. Enter the code that it shows', ja: '2. 表示されたコードを入力する' }}</h2>
${formOf(
  of.form,
  'enrol',
  html`${field({
    name: 'code',
    label: CODE,
    autocomplete: 'one-time-code',
    numeric: true,
    problem: problemOf(of, 'code'),
  })}
<button type="submit">${{ en: 'Turn on', ja: '有効にする' }}</button>`,
)}
${
  of.back &&
  html`<p class="more"><a href="${of.back}">${{
    en: 'Back to your account, without it',
    ja: '設定せずにアカウントに戻る',
  }}</a></p>`
}`,
  );
}

const KEEP = { en: 'Keep your recovery codes', ja: '回復コードを保管してください' } as const satisfies Words;

export const recoveryCodesPage = (form: FormOf, userName: string, codes: readonly string[]): Page =>
  frame(
    form,
    {},
    KEEP,
    html`<h1>${KEEP}</h1>
<p class="lead">${{
      en: 'Each of them signs you in once when you have no access to your app. They are shown only now: print them or keep them in your password manager.',
      ja: '認証アプリを使えないときに、1 つのコードで 1 回サインインできます。表示されるのは今回だけです。印刷するか、パスワード マネージャーに保管してください。',
    }}</p>
<p>${{
      en: html`Recovery codes of <strong>${named(userName)}</strong>, for Baton:`,
      ja: html`Baton の <strong>${named(userName)}</strong> の回復コード:`,
    }}</p>
<ul class="codes">${codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
${formOf(
  form,
  'kept',
  // If the button stood here, a second Enter would lose them.
  html`<label class="check"><input type="checkbox" name="kept" value="yes" required autofocus> ${{
    en: 'I have kept them',
    ja: '保管しました',
  }}</label>
<button type="submit">${CONTINUE}</button>`,
)}`,
  );

export interface NewPasswordPage extends Told {
  readonly form: FormOf;
  readonly minLength: number;
  /** Default: what says that there was one before. */
  readonly title?: Words;
  readonly lead: Words;
  readonly userName: string;
}

const NEW_PASSWORD = { en: 'Choose a new password', ja: '新しいパスワードの設定' } as const satisfies Words;

export function newPasswordPage(of: NewPasswordPage): Page {
  const title = of.title ?? NEW_PASSWORD;
  return frame(
    of.form,
    of,
    title,
    html`<h1>${title}</h1>
<p class="lead">${of.lead}</p>
<p>${{
      en: html`Your user name: <strong>${named(of.userName)}</strong>`,
      ja: html`ユーザー名: <strong>${named(of.userName)}</strong>`,
    }}</p>
${alert(generalOf(of))}
${formOf(
  of.form,
  'change',
  html`${userNameField(of.userName)}
${newPasswordField(
  of,
  {
    en: `At least ${of.minLength} characters. Several words that do not belong together are strong and easy to remember.`,
    ja: `${of.minLength} 文字以上。関連のない単語をいくつか並べると、強力で覚えやすくなります。`,
  },
  true,
)}
${repeatField(of)}
<button type="submit">${{ en: 'Save the password', ja: 'パスワードを保存' }}</button>`,
)}`,
  );
}

/** `first`: has the focus where nothing is wrong. */
export const newPasswordField = (told: Told, hint: Words, first: boolean): Html =>
  field({
    name: 'password',
    label: { en: 'New password', ja: '新しいパスワード' },
    type: 'password',
    autocomplete: 'new-password',
    focus: first && told.problem === undefined,
    problem: problemOf(told, 'password'),
    hint,
  });

export const repeatField = (told: Told): Html =>
  field({
    name: 'repeat',
    label: { en: 'Repeat the new password', ja: '新しいパスワード (確認用)' },
    type: 'password',
    autocomplete: 'new-password',
    problem: problemOf(told, 'repeat'),
  });
