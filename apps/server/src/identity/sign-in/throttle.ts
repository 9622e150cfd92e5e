import { hash } from 'node:crypto';
import { foldText } from '@baton/odata/fold-text';
import { asName } from '../../kernel/contract/name.ts';
import type { Queryable } from '../../kernel/db/sql.ts';

/**
 * Guessing is slowed for those who guess, never for the account: whoever fails ten times at one name is refused
 * for five minutes at that name, from that source; other sources are not touched, so nobody can lock somebody
 * else out. A browser in which the person has signed in before is counted by itself, whatever else comes from the
 * same address. A source that fails at many names is refused altogether.
 *
 * Attempts are counted before the password is looked at, so a hundred at once are not a hundred guesses. Names
 * are counted whether or not they exist, so a refusal tells nothing about them.
 */
export interface Attempt {
  readonly organizationId: string | undefined;
  readonly login: string;
  /** Address of the caller. */
  readonly source: string;
  /** Hash of the browser's cookie, where it is known for this name. */
  readonly device: Buffer | undefined;
}

export const LIMITS = { name: 10, source: 300 } as const;
const BLOCK_SECONDS = 300;
/** Failures further apart than this are not "in a row". */
const WINDOW_SECONDS = 900;

interface Counter {
  readonly key: Buffer;
  readonly most: number;
}

function countersOf({ organizationId, login, source, device }: Attempt): readonly Counter[] {
  const name = `${organizationId ?? ''} ${foldText(asName(login))}`;
  if (device) return [{ key: keyOf(`device ${device.toString('hex')} ${name}`), most: LIMITS.name }];
  return [
    { key: keyOf(`name ${source} ${name}`), most: LIMITS.name },
    { key: keyOf(`source ${source}`), most: LIMITS.source },
  ].sort((one, other) => Buffer.compare(one.key, other.key));
}

const keyOf = (text: string): Buffer => hash('sha256', text, 'buffer');

/** Counts an attempt; answers for how many seconds it is refused, 0 if it may go on. */
export async function countAttempt(db: Queryable, now: Date, attempt: Attempt): Promise<number> {
  const counters = countersOf(attempt);
  // Sorted keys: two that count the same ones at once wait for each other instead of deadlocking.
  const rows = await db.query<{ until: string | null }>({
    name: 'sign-in-count-attempt',
    text: `
      insert into sign_in_attempts as a (key, failures, since)
      select key, 1, $3::timestamptz from unnest($1::bytea[]) as key order by key
      on conflict (key) do update
         set is_refused = a.blocked_until > $3 and a.blocked_until is not null,
             failures = case when a.blocked_until > $3 then a.failures
                             when a.blocked_until is not null or a.since < $3::timestamptz - $4::interval then 1
                             else a.failures + 1 end,
             since = case when a.blocked_until > $3 then a.since
                          when a.blocked_until is not null or a.since < $3::timestamptz - $4::interval then $3
                          else a.since end,
             blocked_until = case when a.blocked_until > $3 then a.blocked_until
                                  when a.blocked_until is not null or a.since < $3::timestamptz - $4::interval
                                  then null
                                  when a.failures + 1 >= ($2::int[])[array_position($1::bytea[], a.key)]
                                  then $3::timestamptz + $5::interval end
      returning case when is_refused then blocked_until end as until`,
    values: [
      counters.map(({ key }) => key),
      counters.map(({ most }) => most),
      now.toISOString(),
      `${WINDOW_SECONDS} s`,
      `${BLOCK_SECONDS} s`,
    ],
  });
  const until = rows.map((row) => (row.until ? Date.parse(row.until) : 0));
  return Math.max(0, Math.ceil((Math.max(...until) - now.getTime()) / 1000));
}

/** The attempt was no failure: the name counts anew, and the source by one less. */
export async function forgiveAttempt(db: Queryable, attempt: Attempt): Promise<void> {
  const [ofName, ofSource] = [...countersOf(attempt)].sort((one, other) => one.most - other.most);
  await db.execute({
    text: 'delete from sign_in_attempts where key = $1',
    values: [ofName!.key],
  });
  if (!ofSource) return;
  await db.execute({
    text: `update sign_in_attempts
              set failures = greatest(failures - 1, 0),
                  blocked_until = case when failures > $2 then blocked_until end
            where key = $1`,
    values: [ofSource.key, ofSource.most],
  });
}

/** Counters that no longer count; answers how many went. */
export const forgetOldAttempts = (db: Queryable, now: Date): Promise<number> =>
  db.execute({
    text: `delete from sign_in_attempts
            where since < $1::timestamptz - interval '1 hour'
              and (blocked_until is null or blocked_until < $1)`,
    values: [now.toISOString()],
  });
