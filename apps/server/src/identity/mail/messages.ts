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
  placeholders: ['name', 'userName', 'organization', 'event', 'time', 'by', 'address', 'link'],
  words: {
    en: {
      subject: '{{event}}',
      text: `Hello {{name}},

{{event}}.

Account: {{userName}}, {{organization}}
When: {{time}}
By: {{by}}
From the address: {{address}}

If you know of this, there is nothing to do. If this was not you, tell the administrator of {{organization}}, and choose a new password here:

{{link}}
`,
    },
    ja: {
      subject: '{{event}}',
      text: `{{name}} 様

{{event}}。

アカウント: {{userName}} ({{organization}})
日時: {{time}}
操作した人: {{by}}
接続元アドレス: {{address}}

ご自身による操作の場合、対応は不要です。お心当たりがない場合は、{{organization}} の管理者に連絡し、次のページで新しいパスワードを設定してください。

{{link}}
`,
    },
  },
} as const satisfies Message;

const LINK = { placeholders: ['name', 'userName', 'organization', 'link'], needs: ['link'] } as const;

/** Everything that is mailed. An organization may have words of its own, in one language. */
export const MESSAGES = {
  ResetPassword: {
    ...LINK,
    words: {
      en: {
        subject: 'Choose a new password for Baton',
        text: `Hello {{name}},

Somebody asked for a new password for your account {{userName}} ({{organization}}). To choose one, open this link within an hour. It works once:

{{link}}

If this was not you, ignore this message. Your password stays as it is.
`,
      },
      ja: {
        subject: 'Baton の新しいパスワードの設定',
        text: `{{name}} 様

アカウント {{userName}} ({{organization}}) の新しいパスワードが要求されました。設定するには、1 時間以内に次のリンクを開いてください。リンクは 1 回だけ使えます。

{{link}}

お心当たりがない場合は、このメールを無視してください。パスワードは変更されません。
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

You have been invited to {{organization}}. Your user name in Baton is {{userName}}. To choose your password, open this link within a week. It works once:

{{link}}

If you do not know what this is about, ignore this message.
`,
      },
      ja: {
        subject: '{{organization}} への招待',
        text: `{{name}} 様

{{organization}} に招待されました。Baton でのユーザー名は {{userName}} です。参加するには、1 週間以内に次のリンクを開いて、パスワードを設定してください。リンクは 1 回だけ使えます。

{{link}}

お心当たりがない場合は、このメールを無視してください。
`,
      },
    },
  },
  /** Part of the API. Nothing sends it yet. */
  EmailConfirmation: {
    ...LINK,
    words: {
      en: {
        subject: 'Confirm your e-mail address',
        text: 'Hello {{name}},\n\nTo confirm this address, open this link:\n\n{{link}}\n',
      },
      ja: {
        subject: 'メールアドレスの確認',
        text: '{{name}} 様\n\n次のリンクを開いて、このメールアドレスを確認してください。\n\n{{link}}\n',
      },
    },
  },
  PasswordChanged: NOTICE,
  AccountChanged: NOTICE,
} as const satisfies Readonly<Record<string, Message>>;

export type MessageName = keyof typeof MESSAGES;

/** What is told to the owner of an account, in each language; the subject of the mail, too. */
export const EVENTS = {
  passwordChanged: { en: 'Your password for Baton was changed', ja: 'Baton のパスワードが変更されました' },
  mailChanged: {
    en: 'Your e-mail address in Baton was changed',
    ja: 'Baton に登録されたメールアドレスが変更されました',
  },
  secondFactorOn: {
    en: 'Your second factor for Baton was turned on',
    ja: 'Baton の二段階認証が有効になりました',
  },
  secondFactorOff: {
    en: 'Your second factor for Baton was turned off',
    ja: 'Baton の二段階認証が無効になりました',
  },
  recoveryCodesRenewed: {
    en: 'Your recovery codes for Baton were replaced by new ones',
    ja: 'Baton の回復コードが新しいものに置き換えられました',
  },
  recoveryCodeUsed: {
    en: 'A recovery code was used to sign in to your Baton account',
    ja: '回復コードを使って Baton へのサインインが行われました',
  },
  sessionsEnded: { en: 'You were signed out of Baton', ja: 'Baton からサインアウトされました' },
  applicationRevoked: {
    en: 'An application may no longer act for you in Baton',
    ja: 'Baton でアプリケーションへの許可が取り消されました',
  },
  tooManyAttempts: {
    en: 'There were too many failed attempts to sign in to your Baton account',
    ja: 'Baton アカウントへのサインインが何度も失敗しました',
  },
} as const satisfies Readonly<Record<string, Words>>;

export type OwnerEvent = keyof typeof EVENTS;

/** The actor's description if it has no name. */
export const ACTORS = {
  self: { en: 'somebody signed in as you', ja: 'あなたとしてサインインした人' },
  server: { en: 'the server', ja: 'サーバー' },
  stranger: { en: 'somebody who has not signed in', ja: 'サインインしていない人' },
} as const satisfies Readonly<Record<string, Words>>;

export const NO_ADDRESS: Words = { en: 'unknown', ja: '不明' };
