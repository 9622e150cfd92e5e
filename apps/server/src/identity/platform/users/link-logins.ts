import sql from 'sql-template-tag';
import { naming } from '../../../kernel/db/changing.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { invalid } from '../../../kernel/errors.ts';
import { refused } from '../identity-result.ts';

interface Login {
  readonly loginProvider?: string | null;
  readonly providerKey?: string | null;
}

const associated = () => refused('LoginAlreadyAssociated', 'A user with this login already exists.');

/**
 * Identities of a new user at outside providers, so that the first sign-in there leads to this user, whatever
 * name and address it has. A provider is named by its name on the sign-in page, its id, or the type of its
 * authentication setting (`aad`). The key is the subject that the provider tells. The provider may be created
 * later, because people are often created first.
 */
export async function linkLogins(
  tx: Transaction,
  organizationId: string,
  userId: string,
  logins: readonly Login[],
): Promise<void> {
  for (const [i, { loginProvider, providerKey }] of logins.entries()) {
    const name = loginProvider?.trim() ?? '';
    const subject = providerKey?.trim() ?? '';
    if (name === '') throw invalid(`userLogins[${i}].loginProvider`, 'is required');
    if (subject === '') throw invalid(`userLogins[${i}].providerKey`, 'is required');
    const provider = await tx.first<{ id: string }>(sql`
      select p.id from sign_in_providers p
        left join authentication_settings s on s.id = p.id
       where p.organization_id = ${organizationId}
         and folded(${name}) in (folded(p.name), p.id::text, folded(s.type))
       order by folded(p.name) = folded(${name}) desc limit 1 for key share of p`);
    await naming({ sign_in_provider_users_pkey: associated, identity_user_logins_key: associated }, () =>
      tx.execute(
        provider
          ? sql`
            insert into sign_in_provider_users (provider_id, subject, user_id)
            values (${provider.id}, ${subject}, ${userId})`
          : sql`
            insert into identity_user_logins (organization_id, provider, subject, user_id)
            values (${organizationId}, ${name}, ${subject}, ${userId})`,
      ),
    );
  }
}
