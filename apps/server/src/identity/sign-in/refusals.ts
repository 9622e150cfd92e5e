import type { AttemptRecord } from './record-attempt.ts';

interface Refusal {
  readonly result: AttemptRecord['result'];
  /** For the person to read: nothing of anybody else's account. */
  readonly told: (provider: string) => string;
}

const ask = 'Ask your administrator: the list of attempts to sign in says why.';

/** Why an outside provider's word does not let somebody in, as the list of attempts and the log call it. */
export const REFUSALS = {
  providerOff: {
    result: 'externalFailedAuthentication',
    told: () => 'This way to sign in is switched off.',
  },
  notConfirmed: {
    result: 'externalFailedAuthentication',
    told: (provider) => `${provider} did not confirm who you are.`,
  },
  noAccount: {
    result: 'unknownExternalLogin',
    told: (provider) => `There is no account here for you at ${provider}.`,
  },
  disabled: { result: 'userIsNotActive', told: () => 'Your account here is switched off.' },
  notLetIn: { result: 'userIsNotActive', told: () => 'Your organization does not let you in.' },
  userNameTaken: {
    result: 'unknownExternalLogin',
    told: () => `There could be no account for you here. ${ask}`,
  },
  emailTaken: {
    result: 'unknownExternalLogin',
    told: () => `There could be no account for you here. ${ask}`,
  },
} as const satisfies Readonly<Record<string, Refusal>>;

export type ProviderRefusal = keyof typeof REFUSALS;
