import sql from 'sql-template-tag';
import type { Database } from '../apps/server/src/kernel/db/sql.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const DAY = 24 * 60 * MINUTE;

/** Times that say what becomes of people and of what is mailed to them. */
const TIMES: Readonly<Record<string, readonly string[]>> = {
  identity_users: ['password_set_at'],
  password_resets: ['expires_at'],
  mails: ['created_at', 'due_at'],
  sign_in_attempts: ['since', 'blocked_until'],
  login_attempts: ['created_at'],
  identity_audit: ['created_at'],
};

/**
 * Time passes for a server whose people stay signed in: what it keeps goes back by so much. Tokens and
 * sessions are signed, and stay as old as they are; where they may end, turn the clock (`passTime` of the
 * server.fixture.ts).
 */
export async function passTime(db: Database, milliseconds: number): Promise<void> {
  await db.transaction(async (tx) => {
    for (const [table, columns] of Object.entries(TIMES)) {
      const back = columns.map((column) => `${column} = ${column} - $1 * interval '1 ms'`).join(', ');
      await tx.execute({ text: `update ${table} set ${back}`, values: [milliseconds] });
    }
    // Whoever sleeps until a mail is due hears of it.
    await tx.execute(sql`select pg_notify('baton_live', 'database mails ')`);
  });
}
