import type { Words } from '../languages.ts';
import { isolated } from '../users/names-of-people.ts';
import type { AttemptRecord } from './record-attempt.ts';

interface Refusal {
  readonly result: AttemptRecord['result'];
  /** For the person to read. It tells nothing about anybody else's account. */
  readonly told: (provider: string) => Words;
}

const noneMade = (): Words => ({
  en: 'No account could be made for you here. Ask your administrator: the list of attempts to sign in says why.',
  ja: 'アカウントを作成できませんでした。管理者にお問い合わせください。理由はサインインの試行の一覧で確認できます。',
});

/** Why an outside provider's word does not let somebody in, as the list of attempts and the log name it. */
export const REFUSALS = {
  providerOff: {
    result: 'externalFailedAuthentication',
    told: () => ({
      en: 'This way to sign in is switched off.',
      ja: 'このサインイン方法は無効になっています。',
    }),
  },
  notConfirmed: {
    result: 'externalFailedAuthentication',
    told: (provider) => ({
      en: `${isolated(provider)} did not confirm who you are.`,
      ja: `${isolated(provider)} でご本人であることを確認できませんでした。`,
    }),
  },
  noAccount: {
    result: 'unknownExternalLogin',
    told: (provider) => ({
      en: `There is no account here for you at ${isolated(provider)}.`,
      ja: `${isolated(provider)} のアカウントに対応するアカウントがありません。`,
    }),
  },
  disabled: {
    result: 'userIsNotActive',
    told: () => ({ en: 'Your account here is switched off.', ja: 'アカウントは無効になっています。' }),
  },
  notLetIn: {
    result: 'userIsNotActive',
    told: () => ({
      en: 'Your organization does not let you in.',
      ja: '組織によってアクセスが許可されていません。',
    }),
  },
  userNameTaken: { result: 'unknownExternalLogin', told: noneMade },
  emailTaken: { result: 'unknownExternalLogin', told: noneMade },
} as const satisfies Readonly<Record<string, Refusal>>;

export type ProviderRefusal = keyof typeof REFUSALS;
