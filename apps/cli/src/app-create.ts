import { createClient as createApplication } from '@baton/contract/identity/external-client';
import { API_SCOPES, USER_SCOPES } from '@baton/contract/identity/open-id';
import type { Execute } from './command.ts';
import { connect } from './connect.ts';
import { EXIT, UsageError } from './failure.ts';
import { organizationOf } from './organization.ts';
import { didYouMean } from './suggest.ts';

export const execute: Execute = async (call) => {
  const { terminal, argument: name, flag, text } = call;
  const own = readScopes('scopes', text('scopes'), API_SCOPES);
  const forPeople = readScopes('user-scopes', text('user-scopes'), [...API_SCOPES, ...USER_SCOPES]);
  const redirectUri = text('redirect-uri');
  const isConfidential = !flag('public');
  if (own.length + forPeople.length === 0)
    throw new UsageError('--scopes (for the application itself) or --user-scopes (for people) is missing.');
  if (!isConfidential && own.length > 0)
    throw new UsageError(
      '--public is for --user-scopes: an application without a secret acts for people only.',
    );
  const { client, url } = await connect(call);
  const scopes = [
    ...own.map((scope) => ({ name: scope, type: 'application' as const })),
    ...forPeople.map((scope) => ({ name: scope, type: 'user' as const })),
  ];
  const partitionGlobalId = await organizationOf(client);
  const body = { partitionGlobalId, name: name!, isConfidential, redirectUri, scopes };
  const { id, secret } = await client.call(createApplication, { body });
  terminal.say(`The application '${name}' is made at ${url}.`);
  terminal.say(`BATON_CLIENT_ID=${id}`);
  if (secret) terminal.say(`BATON_CLIENT_SECRET=${secret}`);
  if (secret) terminal.note('The secret is shown this once.');
  terminal.data({
    name,
    url,
    clientId: id,
    clientSecret: secret ?? null,
    scopes: own,
    userScopes: forPeople,
  });
  return EXIT.success;
};

/** Reads names that are separated by spaces or commas. */
export function readScopes(option: string, given: string | undefined, known: readonly string[]): string[] {
  const scopes = [...new Set((given ?? '').split(/[\s,]+/).filter(Boolean))];
  for (const scope of scopes) {
    if (!known.includes(scope))
      throw new UsageError(`--${option}: there is no scope '${scope}'.${didYouMean(scope, known)}`);
  }
  return scopes;
}
