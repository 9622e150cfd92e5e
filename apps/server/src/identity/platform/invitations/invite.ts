import sql from 'sql-template-tag';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { queueMail } from '../../mail/queue.ts';
import { GREETED_AS } from '../../users/users.ts';

export interface Invited {
  readonly organizationId: string;
  readonly userId: string;
}

/** Mails a link with which the person chooses a password. See mail/links.ts for how long it is good. */
export async function invite(tx: Transaction, { organizationId, userId }: Invited): Promise<void> {
  const user = (await tx.first<{ email: string; name: string }>(sql`
    select email, ${GREETED_AS} as name from identity_users u where id = ${userId}`))!;
  await queueMail(tx, {
    organizationId,
    userId,
    message: 'UserInvitation',
    address: user.email,
    name: user.name,
  });
}

/**
 * Makes the links of an invitation worthless, whether they were sent or are still to be. The mail is deleted
 * first, since sending it makes a link (mail/links.ts). False where there was nothing.
 */
export async function forgetInvitation(tx: Transaction, userId: string): Promise<boolean> {
  const mails = await tx.execute(
    sql`delete from mails where user_id = ${userId} and message = 'UserInvitation'`,
  );
  const links = await tx.execute(
    sql`delete from password_resets where user_id = ${userId} and is_invitation`,
  );
  return links + mails > 0;
}
