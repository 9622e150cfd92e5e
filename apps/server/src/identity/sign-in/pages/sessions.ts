import { minuteInWords, type Words } from '../../languages.ts';
import { ROUTES } from '../../routes.ts';
import { isolated } from '../../users/names-of-people.ts';
import { SIGN_OUT } from '../sign-out-pages.ts';
import { nameBrowser } from './browser-names.ts';
import { describeScope } from './consent.ts';
import { type Html, html, named } from './html.ts';
import { hidden } from './layout.ts';

export interface ShownSession {
  readonly id: string;
  readonly isCurrent: boolean;
  readonly creationTime: string;
  readonly lastUsedTime: string;
  readonly clientIpAddress: string | null;
  readonly browserInfo: string | null;
}

export interface ShownApplication {
  readonly clientId: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly creationTime: string | null;
  readonly lastUsedTime: string | null;
}

/** A form of the page, for one step. */
export type Post = (step: string, fields: Html) => Html;

/** Buttons with the same text need more to tell them apart. */
const press = (text: Words, label?: Words): Html =>
  label
    ? html`<button type="submit" class="plain" aria-label="${label}">${text}</button>`
    : html`<button type="submit" class="plain">${text}</button>`;

export function sessionsSection(post: Post, sessions: readonly ShownSession[]): Html {
  return html`<h2>${{ en: 'Where you are signed in', ja: 'サインイン中のブラウザー' }}</h2>
<ul class="rows">${sessions.map((session) => html`<li>${describeSession(session)}${session.isCurrent ? LEAVE : endOne(post, session)}</li>`)}</ul>
${sessions.some(({ isCurrent }) => !isCurrent) ? endOthers(post) : undefined}
${post('end', press({ en: 'Sign out everywhere', ja: 'すべての端末からサインアウト' }))}`;
}

const endOthers = (post: Post): Html => html`<p class="hint">${{
  en: 'Signing out of another browser also ends what applications got from it.',
  ja: 'ほかのブラウザーからサインアウトすると、そこからアプリケーションが得たアクセスも終了します。',
}}</p>
${post('end-others', press({ en: 'Sign out of all others', ja: 'ほかのすべてのブラウザーからサインアウト' }))}`;

/** At the address that asks first, and leads on to an outside provider. */
const LEAVE = html`<p><a class="button plain" href="/identity${ROUTES.end_session}">${SIGN_OUT}</a></p>`;

const endOne = (post: Post, { id, browserInfo }: ShownSession): Html => {
  const browser = nameBrowser(browserInfo);
  const label: Words = { en: `Sign out of ${browser.en}`, ja: `${browser.ja} からサインアウト` };
  return post('end-session', html`${hidden('session', id)}${press(SIGN_OUT, label)}`);
};

function describeSession(session: ShownSession): Html {
  const { browserInfo, isCurrent, clientIpAddress } = session;
  const [since, used] = [minuteInWords(session.creationTime), minuteInWords(session.lastUsedTime)];
  const place = clientIpAddress ?? undefined;
  return html`<p><strong>${nameBrowser(browserInfo)}</strong>${
    isCurrent ? html` ${{ en: '(this browser)', ja: '(このブラウザー)' }}` : undefined
  }</p>
<p class="hint">${{ en: `Signed in: ${since.en}`, ja: `サインイン: ${since.ja}` }}<br>
${{ en: `Last used: ${used.en}`, ja: `最終使用: ${used.ja}` }}${
  place &&
  html`<br>
${{ en: `Address: ${place}`, ja: `接続元アドレス: ${place}` }}`
}</p>
`;
}

export function applicationsSection(post: Post, applications: readonly ShownApplication[]): Html {
  const title = html`<h2>${{ en: 'Applications', ja: 'アプリケーション' }}</h2>`;
  if (applications.length === 0)
    return html`${title}
<p>${{ en: 'No application acts for you.', ja: 'あなたの代わりに操作できるアプリケーションはありません。' }}</p>`;
  return html`${title}
<p>${{ en: 'These applications may act for you:', ja: '次のアプリケーションは、あなたの代わりに操作できます。' }}</p>
<ul class="rows">${applications.map((application) => html`<li>${describeApplication(application)}${revoke(post, application)}</li>`)}</ul>`;
}

function describeApplication({ name, scopes, creationTime, lastUsedTime }: ShownApplication): Html {
  const since = creationTime === null ? undefined : minuteInWords(creationTime);
  const used = lastUsedTime === null ? undefined : minuteInWords(lastUsedTime);
  return html`<p><strong>${named(name)}</strong></p>
<ul class="scopes">${scopes.map((scope) => html`<li>${describeScope(scope)}</li>`)}</ul>
<p class="hint">${since && html`${{ en: `Allowed: ${since.en}`, ja: `許可: ${since.ja}` }}<br>`}
${used && html`${{ en: `Last used: ${used.en}`, ja: `最終使用: ${used.ja}` }}`}</p>
`;
}

const revoke = (post: Post, { clientId, name }: ShownApplication): Html => {
  const label: Words = {
    en: `Take access back from ${isolated(name)}`,
    ja: `${isolated(name)} の許可を取り消す`,
  };
  return post(
    'revoke',
    html`${hidden('client', clientId)}${press({ en: 'Take access back', ja: '許可を取り消す' }, label)}`,
  );
};
