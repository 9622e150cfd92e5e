import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';

export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Sent beside the text. */
  readonly html?: string;
  /** The same whenever a mail is sent again, so that a mailbox which already has it shows it once. */
  readonly messageId?: string;
}

export type SendMail = (mail: Mail) => Promise<void>;

export interface MailOptions {
  /** `smtps://user:password@host:465`. Without it, mails are written as files. */
  readonly smtpUrl: string | undefined;
  readonly from: string;
  /** The folder for these files. */
  readonly outboxFolder: string;
  /** Milliseconds since 1970, for the date in the mail. */
  readonly clock: () => number;
}

/** A mail server that does not answer holds up all other mails for so long at most. */
const PATIENCE = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 };

export function createMailer({ smtpUrl, from, outboxFolder, clock }: MailOptions): SendMail {
  if (!smtpUrl) return (mail) => writeToOutbox(outboxFolder, { from, date: new Date(clock()), ...mail });
  const transport = createTransport({ url: smtpUrl, ...PATIENCE });
  return async (mail) => void (await transport.sendMail({ from, date: new Date(clock()), ...mail }));
}

/**
 * One file for each message, which any mail program opens. The files contain links that sign people in, so
 * only the server's account may read them.
 */
async function writeToOutbox(
  folder: string,
  mail: Mail & { readonly from: string; readonly date: Date },
): Promise<void> {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  const { message } = await transport.sendMail(mail);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `${mail.date.toISOString().replaceAll(':', '-')}-${randomBytes(4).toString('hex')}.eml`;
  await writeFile(join(folder, name), message as Buffer, { mode: 0o600, flag: 'wx' });
}
