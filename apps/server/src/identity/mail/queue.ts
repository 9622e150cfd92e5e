import sql from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import type { Language } from '../languages.ts';
import type { MessageName, OwnerEvent } from './messages.ts';

export interface NewMail {
  readonly organizationId: string;
  readonly userId: string;
  readonly message: MessageName;
  readonly address: string;
  /** How the person is greeted. */
  readonly name: string;
  readonly details?: NoticeDetails | LinkDetails;
}

/** Of a link that was asked for on a page: the language of the page. */
export interface LinkDetails {
  readonly language: Language;
}

/** What a notice tells. Never a secret. */
export interface NoticeDetails {
  readonly event: OwnerEvent;
  /** Who did it; undefined where that one has no name (ACTORS). */
  readonly actor?: string;
  readonly by: 'self' | 'server' | 'stranger' | 'other';
  /** Address of the caller. */
  readonly source?: string;
}

/**
 * Puts a mail in the queue, in the transaction of what it tells of. A message with a link that is still
 * waiting is not put there twice.
 */
export const queueMail = (tx: Queryable, mail: NewMail): Promise<number> =>
  tx.execute(sql`
    insert into mails (organization_id, user_id, message, address, name, details)
    values (${mail.organizationId}, ${mail.userId}, ${mail.message}, ${mail.address}, ${mail.name},
            ${mail.details && JSON.stringify(mail.details)}::jsonb)
    on conflict do nothing`);

export interface QueuedMail extends Omit<NewMail, 'details'> {
  readonly id: string;
  readonly details: NoticeDetails | LinkDetails | null;
  readonly createdAt: string;
  readonly attempts: number;
}

/** How long a claim holds: longer than any attempt to send a mail takes. */
const CLAIMED = '5 minutes';

/**
 * Claims the mail that has waited longest: of several nodes one gets it. Where that node dies, another one
 * gets the mail when the claim is over.
 */
export const claimMail = (db: Queryable, now: Date): Promise<QueuedMail | undefined> =>
  db.first<QueuedMail>(sql`
    update mails set attempts = attempts + 1, due_at = ${now.toISOString()}::timestamptz + ${CLAIMED}::interval
     where id = (select id from mails where due_at <= ${now.toISOString()}::timestamptz
                  order by due_at, created_at limit 1 for update skip locked)
    returning id, organization_id as "organizationId", user_id as "userId", message, address, name, details,
              created_at as "createdAt", attempts`);

/** Removes nothing where another node has claimed the mail since. */
export const removeMail = (db: Queryable, { id, attempts }: QueuedMail): Promise<number> =>
  db.execute(sql`delete from mails where id = ${id} and attempts = ${attempts}`);

export const postponeMail = (db: Queryable, { id, attempts }: QueuedMail, until: Date): Promise<number> =>
  db.execute(sql`
    update mails set due_at = ${until.toISOString()} where id = ${id} and attempts = ${attempts}`);
