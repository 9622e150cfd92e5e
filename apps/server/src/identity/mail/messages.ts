import type { Words } from '../languages.ts';

interface MailWords {
  readonly subject: string;
  readonly text: string;
}

export interface Message {
  /** Placeholders that a wording may have. */
  readonly placeholders: readonly string[];
  /** Placeholders that every wording must have. */
  readonly needs?: readonly string[];
  readonly words: Words<MailWords>;
}

const NOTICE = {
  placeholders: ['name', 'organization', 'event', 'time', 'by', 'address', 'link'],
  words: {
    en: {
      subject: '{{event}}',
      text: `Hello {{name}},

{{event}}.

When: {{time}}
By: {{by}}
From the address: {{address}}

If this was not you: choose a new password at {{link}} and tell the administrator of {{organization}}.
`,
    },
    ja: {
      subject: '{{event}}',
      text: `{{name}} 様

{{event}}。

日時: {{time}}
操作した人: {{by}}
接続元アドレス: {{address}}

お心当たりがない場合は、{{link}} で新しいパスワードを設定し、{{organization}} の管理者に連絡してください。
`,
    },
  },
} as const satisfies Message;

const LINK = { placeholders: ['name', 'organization', 'link'], needs: ['link'] } as const;

/** Everything that is mailed. An organization may have words of its own, in one language. */
export const MESSAGES = {
  ResetPassword: {
    ...LINK,
    words: {
      en: {
        subject: 'Choose a new password',
        text: `Hello {{name}},

somebody asked for a new password of your account. Follow {{link}} within an hour to choose one, or ignore this message.
`,
      },
      ja: {
        subject: '新しいパスワードの設定',
        text: `{{name}} 様

アカウントの新しいパスワードが要求されました。設定するには、1 時間以内に {{link}} を開いてください。お心当たりがない場合は、このメールを無視してください。
`,
      },
    },
  },
  UserInvitation: {
    ...LINK,
    words: {
      en: {
        subject: 'Your invitation to {{organization}}',
        text: `Hello {{name}},

you have been invited to {{organization}}. Follow {{link}} within a week to choose your password and join. The link is good once.
`,
      },
      ja: {
        subject: '{{organization}} への招待',
        text: `{{name}} 様

{{organization}} に招待されました。参加するには、1 週間以内に {{link}} を開いてパスワードを設定してください。リンクは一度だけ使えます。
`,
      },
    },
  },
  /** Of the API; nothing asks for it yet. */
  EmailConfirmation: {
    ...LINK,
    words: {
      en: {
        subject: 'Confirm your e-mail address',
        text: 'Hello {{name}},\n\nfollow {{link}} to confirm this address.\n',
      },
      ja: {
        subject: 'メールアドレスの確認',
        text: '{{name}} 様\n\n{{link}} を開いて、このメールアドレスを確認してください。\n',
      },
    },
  },
  PasswordChanged: NOTICE,
  AccountChanged: NOTICE,
} as const satisfies Readonly<Record<string, Message>>;

export type MessageName = keyof typeof MESSAGES;

/** What is told to the owner of an account, in each language. */
export const EVENTS = {
  passwordChanged: { en: 'Your password was changed', ja: 'パスワードが変更されました' },
  mailChanged: { en: 'Your e-mail address was changed', ja: 'メールアドレスが変更されました' },
  secondFactorOn: { en: 'Your second factor was turned on', ja: '二段階認証が有効になりました' },
  secondFactorOff: { en: 'Your second factor was turned off', ja: '二段階認証が無効になりました' },
  recoveryCodesRenewed: {
    en: 'Your recovery codes were replaced by new ones',
    ja: '回復コードが新しいものに置き換えられました',
  },
  recoveryCodeUsed: {
    en: 'A recovery code was used to sign in to your account',
    ja: '回復コードを使ってサインインが行われました',
  },
  sessionsEnded: { en: 'You were signed out', ja: 'サインアウトされました' },
  applicationRevoked: {
    en: 'An application may no longer act for you',
    ja: 'アプリケーションへの許可が取り消されました',
  },
  tooManyAttempts: {
    en: 'There were too many failed attempts to sign in to your account',
    ja: 'サインインの失敗が多すぎます',
  },
} as const satisfies Readonly<Record<string, Words>>;

export type OwnerEvent = keyof typeof EVENTS;

/** Who did it, where it has no name. */
export const ACTORS = {
  self: { en: 'somebody signed in as you', ja: 'あなたとしてサインインした人' },
  server: { en: 'the server', ja: 'サーバー' },
  stranger: { en: 'somebody who has not signed in', ja: 'サインインしていない人' },
} as const satisfies Readonly<Record<string, Words>>;

export const NO_ADDRESS: Words = { en: 'unknown', ja: '不明' };
