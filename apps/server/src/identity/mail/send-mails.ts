import type { FastifyBaseLogger } from 'fastify';
import type { Database } from '../../kernel/db/sql.ts';
import { composeMail } from './compose-mail.ts';
import { type ComposeOptions } from './links.ts';
import { claimMail, postponeMail, type QueuedMail, removeMail } from './queue.ts';
import type { SendMail } from './transport.ts';

export interface MailSenderOptions extends Pick<ComposeOptions, 'issuer'> {
  readonly db: Database;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: FastifyBaseLogger;
  readonly send: SendMail;
}

/** Sends the mails that are due and answers how many were sent. Safe on several nodes at once. */
export type SendMails = (signal?: AbortSignal) => Promise<number>;

const SECOND = 1000;
/** How long a mail is tried before it is given up. */
const KEPT = 3 * 24 * 3600 * SECOND;
/**
 * A server that cannot be reached is asked again soon. After each refusal of a mail, the wait becomes longer.
 */
const LONGEST_WAIT = { unreachable: 60 * SECOND, refused: 1800 * SECOND } as const;

/**
 * Mails wait for a mail server that is away. The first mail that finds it away ends the turn, so that a
 * thousand mails are not a thousand waits. A refusal that concerns one mail alone does not stop the others.
 */
export function mailSender({ db, clock, log, send, issuer }: MailSenderOptions): SendMails {
  let isAway = false;

  return async (signal) => {
    let sent = 0;
    while (!signal?.aborted) {
      const mail = await claimMail(db, new Date(clock()));
      if (!mail) return sent;
      const outcome = await attempt(mail);
      if (outcome === 'sent') sent++;
      if (outcome === 'unreachable') return sent;
    }
    return sent;
  };

  async function attempt(mail: QueuedMail): Promise<'sent' | 'dropped' | 'refused' | 'unreachable'> {
    const composed = await composeMail({ db, clock, issuer }, mail);
    if (!composed) {
      await removeMail(db, mail);
      return 'dropped';
    }
    try {
      await send({
        ...composed.words,
        to: mail.address,
        messageId: `<${mail.id}@${new URL(issuer).hostname}>`,
      });
    } catch (error) {
      await composed.undo?.();
      return fail(mail, error);
    }
    if (isAway) log.info('the mail server takes mail again');
    isAway = false;
    await removeMail(db, mail);
    return 'sent';
  }

  async function fail(mail: QueuedMail, error: unknown): Promise<'refused' | 'unreachable'> {
    const { id, userId, message, attempts } = mail;
    const kind = isAboutThisMail(error) ? 'refused' : 'unreachable';
    const known = { err: error, mail: id, userId, message, attempts };
    if (clock() - Date.parse(mail.createdAt) > KEPT) {
      log.error(known, 'a mail was not taken for three days and is given up');
      await removeMail(db, mail);
      return kind;
    }
    if (kind === 'refused') log.warn(known, 'the mail server refused a mail; it is sent again later');
    else if (!isAway) log.warn(known, 'the mail server takes no mail; all mails wait for it');
    isAway ||= kind === 'unreachable';
    const wait = Math.min(5 * SECOND * 2 ** Math.min(attempts, 16), LONGEST_WAIT[kind]);
    await postponeMail(db, mail, new Date(clock() + wait));
    return kind;
  }
}

const OF_ONE_MAIL: ReadonlySet<unknown> = new Set(['EENVELOPE', 'EMESSAGE', 'ESTREAM']);

/**
 * Whether an error of nodemailer concerns this mail alone, such as a refused address. All others mean that
 * the server is away, or lets nobody in.
 */
const isAboutThisMail = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && OF_ONE_MAIL.has(error.code);
