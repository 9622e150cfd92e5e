import { type Context, interactionPolicy } from 'oidc-provider';
import { factsOf, organizationOf } from '../clients/clients.ts';
import { readAccountId } from '../users/users.ts';
import type { UserAccount } from './accounts.ts';

/**
 * When people are asked something: oidc-provider's own reasons, with ours in place of those that do not fit.
 */
export function whenToAsk(): unknown {
  const policy = interactionPolicy.base();
  const login = policy.get('login').checks;

  login.add(ask('other_organization', isOfAnotherOrganization));
  // Both compare with the account id, which contains a stamp that no client knows.
  login.remove('id_token_hint');
  login.add(ask('other_subject', isAnotherThanHinted));
  login.remove('claims_id_token_sub_value');
  // People are asked for consent for applications of others. load-grant.ts knows what they have answered.
  policy.get('consent').checks.remove('native_client_prompt');
  return policy;
}

const ask = (reason: string, check: (ctx: Context) => boolean): unknown =>
  new interactionPolicy.Check(reason, 'End-User authentication is required', 'login_required', check);

/** An application belongs to an organization, and is only for its people. */
function isOfAnotherOrganization({ oidc }: Context): boolean {
  const account = oidc.account as UserAccount | undefined;
  const needed = organizationOf(factsOf(oidc.client!));
  return account !== undefined && needed !== undefined && account.user.organizationId !== needed;
}

function isAnotherThanHinted({ oidc }: Context): boolean {
  const hinted = oidc.entities.IdTokenHint?.payload?.sub;
  if (hinted === undefined) return false;
  return oidc.session.accountId === undefined || readAccountId(oidc.session.accountId).id !== hinted;
}
