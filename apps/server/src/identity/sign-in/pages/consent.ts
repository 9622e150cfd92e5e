import type { Words } from '../../languages.ts';
import { type Html, html, named } from './html.ts';
import type { Page } from './layout.ts';
import { type FormOf, formOf, frame } from './sign-in.ts';

export interface ConsentPage {
  readonly form: FormOf;
  readonly clientName: string;
  readonly userName: string;
  readonly scopes: readonly string[];
  /** Where somebody else signs in; absent where only this person will do. */
  readonly otherPerson?: string | undefined;
}

const TITLE = { en: 'Allow access?', ja: 'アクセスを許可しますか?' } as const satisfies Words;

export function consentPage(of: ConsentPage): Page {
  const client = html`<strong>${named(of.clientName)}</strong>`;
  const person = html`<strong>${named(of.userName)}</strong>`;
  return frame(
    of.form,
    {},
    TITLE,
    html`<h1>${TITLE}</h1>
<p class="lead">${{
      en: html`${client} wants to act in your name. You are signed in as ${person}.`,
      ja: html`${client} があなたの代わりに操作することを求めています。${person} としてサインインしています。`,
    }}</p>
<ul class="scopes">${of.scopes.map((scope) => html`<li>${describeScope(scope)}</li>`)}</ul>
<p class="hint">${{
      en: 'It can never do more than you may do yourself.',
      ja: 'あなた自身の権限を超える操作はできません。',
    }}</p>
${formOf(of.form, 'allow', html`<button type="submit">${{ en: 'Allow', ja: '許可' }}</button>`)}
${formOf(of.form, 'refuse', html`<button type="submit" class="plain">${{ en: 'Refuse', ja: '拒否' }}</button>`)}
${
  of.otherPerson &&
  html`<p class="more"><a href="${of.otherPerson}">${{
    en: 'Sign in as somebody else',
    ja: '別のユーザーとしてサインイン',
  }}</a></p>`
}`,
  );
}

const WORDS: Readonly<Record<string, Words>> = {
  openid: { en: 'Know who you are', ja: 'あなたが誰であるかの確認' },
  profile: { en: 'Know your name and user name', ja: '氏名とユーザー名の参照' },
  email: { en: 'Know your e-mail address', ja: 'メールアドレスの参照' },
  offline_access: { en: 'Keep access while you are away', ja: 'あなたの不在時のアクセスの継続' },
  OrchestratorApiUserAccess: {
    en: 'Everything you may do in Orchestrator',
    ja: 'Orchestrator であなたに許可されているすべての操作',
  },
  IdentityServerApi: {
    en: 'Everything you may do with users and groups',
    ja: 'ユーザーとグループについてあなたに許可されているすべての操作',
  },
};

/** What a scope opens. `OR.Jobs.Read` opens Jobs. */
const RESOURCES: Readonly<Record<string, Words>> = {
  Administration: { en: 'administration', ja: '管理' },
  Assets: { en: 'assets', ja: 'アセット' },
  Audit: { en: 'audit', ja: '監査' },
  AuthSetting: { en: 'sign-in settings', ja: '認証設定' },
  Buckets: { en: 'storage buckets', ja: 'ストレージ バケット' },
  BusinessRules: { en: 'business rules', ja: 'ビジネス ルール' },
  Default: { en: 'all that your roles allow', ja: 'ロールで許可されているすべて' },
  Execution: { en: 'processes and packages', ja: 'プロセスとパッケージ' },
  Folders: { en: 'folders', ja: 'フォルダー' },
  Group: { en: 'groups', ja: 'グループ' },
  Jobs: { en: 'jobs', ja: 'ジョブ' },
  License: { en: 'licenses', ja: 'ライセンス' },
  Machines: { en: 'machines', ja: 'マシン' },
  MessageTemplate: { en: 'wording of mails', ja: 'メール テンプレート' },
  Monitoring: { en: 'monitoring', ja: '監視' },
  OAuthApp: { en: 'applications', ja: 'アプリケーション' },
  Queues: { en: 'queues', ja: 'キュー' },
  RobotAccount: { en: 'robot accounts', ja: 'ロボット アカウント' },
  Robots: { en: 'robots', ja: 'ロボット' },
  Setting: { en: 'settings', ja: '設定' },
  Settings: { en: 'settings', ja: '設定' },
  Tasks: { en: 'tasks', ja: 'タスク' },
  TestDataQueues: { en: 'test data queues', ja: 'テスト データ キュー' },
  TestSetExecutions: { en: 'test set executions', ja: 'テスト セットの実行' },
  TestSetSchedules: { en: 'test set schedules', ja: 'テスト セットのスケジュール' },
  TestSets: { en: 'test sets', ja: 'テスト セット' },
  User: { en: 'users', ja: 'ユーザー' },
  UserLoginAttempt: { en: 'attempts to sign in', ja: 'サインインの試行' },
  Users: { en: 'users', ja: 'ユーザー' },
  Webhooks: { en: 'webhooks', ja: 'Webhook' },
};

/** A scope in words for people. A new scope is shown by its name. */
export function describeScope(scope: string): Html {
  const words = WORDS[scope];
  if (words) return html`${words}`;
  const [, resource = scope, kind] = /^(?:OR|PM)\.(\w+?)(?:\.(Read|Write))?$/.exec(scope) ?? [];
  const name = RESOURCES[resource] ?? { en: resource, ja: resource };
  const [verb, deed] =
    kind === 'Read'
      ? ['See', '表示']
      : kind === 'Write'
        ? ['Change', '変更']
        : ['See and change', '表示と変更'];
  const done: Words = { en: `${verb}: ${name.en}`, ja: `${name.ja}の${deed}` };
  return html`${done} <span class="hint">(${scope})</span>`;
}
