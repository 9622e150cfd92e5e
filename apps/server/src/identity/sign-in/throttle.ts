import { hash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { foldText } from '@baton/odata/fold-text';
import { asName } from '../../kernel/contract/name.ts';
import type { Queryable } from '../../kernel/db/sql.ts';
import { plainAddress } from '../../kernel/http/trusted-proxies.ts';

/**
 * Slows down guessing while the account stays open for its owner. After ten failures at one name, the
 * source is refused at that name for five minutes. A source that fails at many names is refused
 * altogether. A browser in which the person has signed in before is counted by itself, whatever else comes
 * from the same address.
 *
 * It is cheap to have many sources, so failures at a name are also counted over all of them. After fifty,
 * each further failure makes everybody wait, from a second up to five minutes, which leaves some 300 guesses
 * a day. Known browsers do not wait, nor do addresses from which that person has signed in before, nor people
 * who reset their password by mail. So nobody can lock the owner out for ever.
 *
 * Attempts are counted before the password is checked, so a hundred at once are not a hundred guesses. Names
 * are counted whether they exist or not, so a refusal tells nothing about them.
 */
export interface Attempt {
  readonly organizationId: string | undefined;
  readonly login: string;
  /** The caller's address. */
  readonly source: string;
  /** The hash of the browser's cookie, if it is known for this name. */
  readonly device: Buffer | undefined;
  /** Nothing can be guessed by it: failures at the name from other sources do not count. */
  readonly countsHereOnly?: boolean;
}

export const LIMITS = { name: 10, source: 300 } as const;
const BLOCK_SECONDS = 300;
/** Failures further apart than this are not "in a row". */
const WINDOW_SECONDS = 900;
/**
 * Failures at a name from all unknown sources together: how many cost nothing, and the longest wait
 * after one more.
 */
const EVERYWHERE = { free: 50, longestWaitSeconds: 300 } as const;
/** They are forgotten this long after the last one. */
const FORGOTTEN = '1 hour';
const SOURCE_KNOWN = '90 days';

/** What is counted besides passwords: the old password at a change, and a person's codes. */
export const passwordChangeOf = (userId: string): string => `change ${userId}`;
export const secondFactorOf = (userId: string): string => `second factor ${userId}`;

interface Counter {
  readonly key: Buffer;
  readonly most: number;
  /** Whether it is for one name, and not for everything from a source. */
  readonly isOfName: boolean;
}

type Login = Pick<Attempt, 'organizationId' | 'login'>;

const nameOf = ({ organizationId, login }: Login): string =>
  `${organizationId ?? ''} ${foldText(asName(login))}`;

function countersOf(attempt: Attempt): readonly Counter[] {
  const { device } = attempt;
  const name = nameOf(attempt);
  const source = networkOf(attempt.source);
  if (device)
    return [{ key: keyOf(`device ${device.toString('hex')} ${name}`), most: LIMITS.name, isOfName: true }];
  return [
    { key: keyOf(`name ${source} ${name}`), most: LIMITS.name, isOfName: true },
    { key: keyOf(`source ${source}`), most: LIMITS.source, isOfName: false },
  ].sort((one, other) => Buffer.compare(one.key, other.key));
}

const keyOf = (text: string): Buffer => hash('sha256', text, 'buffer');

/**
 * The owner of one IPv6 address has a whole network of them. An IPv4 address in IPv6 form still
 * counts as IPv4.
 */
export function networkOf(address: string): string {
  const source = plainAddress(address);
  if (!isIPv6(source)) return source;
  const [head = '', tail] = source.split('::');
  const groups = (text: string): string[] => text.split(':').filter(Boolean);
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => '0');
  return [...first, ...zeros, ...last]
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}

const everywhereKey = (attempt: Login): Buffer => keyOf(`everywhere ${nameOf(attempt)}`);
const knownSourceKey = (attempt: Attempt): Buffer =>
  keyOf(`known source ${networkOf(attempt.source)} ${nameOf(attempt)}`);

/** Counts an attempt. Answers for how many seconds it is refused, or 0 if it may go on. */
export async function countAttempt(db: Queryable, now: Date, attempt: Attempt): Promise<number> {
  const wait = await countHere(db, now, countersOf(attempt), keyOf(nameOf(attempt)));
  // What is refused here must not make others wait.
  if (wait > 0 || attempt.device || attempt.countsHereOnly) return wait;
  return countEverywhere(db, now, attempt);
}

async function countEverywhere(db: Queryable, now: Date, attempt: Attempt): Promise<number> {
  const row = await db.first<{ until: string | null }>({
    name: 'sign-in-count-everywhere',
    text: `
      insert into sign_in_attempts as a (key, failures, since, name)
      select $1::bytea, 1, $2::timestamptz, $4::bytea
       where not exists (select from known_sources where key = $3::bytea)
      on conflict (key) do update
         set is_refused = coalesce(a.blocked_until > $2, false),
             failures = case when a.blocked_until > $2 then a.failures
                             when a.since < $2::timestamptz - interval '${FORGOTTEN}' then 1
                             else a.failures + 1 end,
             since = case when a.blocked_until > $2 then a.since else $2::timestamptz end,
             blocked_until = case when a.blocked_until > $2 then a.blocked_until
                                  when a.since < $2::timestamptz - interval '${FORGOTTEN}' then null
                                  when a.failures >= ${EVERYWHERE.free}
                                  then $2::timestamptz + interval '1 s' * least(
                                         power(2, least(a.failures - ${EVERYWHERE.free}, 20)),
                                         ${EVERYWHERE.longestWaitSeconds}) end
      returning case when is_refused then blocked_until end as until`,
    values: [everywhereKey(attempt), now.toISOString(), knownSourceKey(attempt), keyOf(nameOf(attempt))],
  });
  return row?.until ? secondsUntil(Date.parse(row.until), now) : 0;
}

const secondsUntil = (until: number, now: Date): number =>
  Math.max(0, Math.ceil((until - now.getTime()) / 1000));

async function countHere(
  db: Queryable,
  now: Date,
  counters: readonly Counter[],
  name: Buffer,
): Promise<number> {
  // Keys are sorted, so two calls that count the same ones at once wait for each other
  // instead of deadlocking.
  const rows = await db.query<{ until: string | null }>({
    name: 'sign-in-count-attempt',
    text: `
      insert into sign_in_attempts as a (key, failures, since, name)
      select key, 1, $3::timestamptz, case when is_of_name then $6::bytea end
        from unnest($1::bytea[], $7::bool[]) as c (key, is_of_name) order by key
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
      name,
      counters.map(({ isOfName }) => isOfName),
    ],
  });
  const until = rows.map((row) => (row.until ? Date.parse(row.until) : 0));
  return secondsUntil(Math.max(...until), now);
}

/**
 * The attempt was no failure. The count of the name starts anew for this source, which is known now, and the
 * shared count becomes one less.
 */
export async function forgiveAttempt(db: Queryable, attempt: Attempt): Promise<void> {
  const [ofName, ofSource] = [...countersOf(attempt)].sort((one, other) => one.most - other.most);
  await db.execute({
    text: 'delete from sign_in_attempts where key = $1',
    values: [ofName!.key],
  });
  // By one and not to nothing, and only where it was counted: an owner who signs in must not give
  // those who guess more guesses.
  if (ofSource && !attempt.countsHereOnly)
    await db.execute({
      text: `update sign_in_attempts set failures = greatest(failures - 1, 0)
              where key = $1 and not exists (select from known_sources where key = $2)`,
      values: [everywhereKey(attempt), knownSourceKey(attempt)],
    });
  await db.execute({
    text: `insert into known_sources (key) values ($1) on conflict (key) do update set used_at = now()`,
    values: [knownSourceKey(attempt)],
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

export interface Lock {
  readonly isLocked: boolean;
  /** When the last wait ends. People who used the account before may not have to wait at all. */
  readonly lockedUntil: string | null;
  /** Counted at the moment, from all sources. */
  readonly failures: number;
}

interface Person {
  readonly id: string;
  readonly organizationId: string;
  readonly userName: string;
  readonly email: string | null;
}

/** Of whatever a person is asked for at sign-in. */
const loginsOf = ({ id, organizationId, userName, email }: Person): readonly Login[] =>
  [userName, email ?? userName, passwordChangeOf(id), secondFactorOf(id)].map((login) => ({
    organizationId,
    login,
  }));
const namesOf = (person: Person): readonly Buffer[] => loginsOf(person).map((login) => keyOf(nameOf(login)));

export const findLock = async (db: Queryable, now: Date, person: Person): Promise<Lock> =>
  (await db.first<Lock>({
    text: `select coalesce(max(blocked_until) > $2, false) as "isLocked",
                  max(blocked_until) filter (where blocked_until > $2) as "lockedUntil",
                  coalesce(sum(failures) filter (where key <> all($3::bytea[])), 0)::int as failures
             from sign_in_attempts where name = any($1::bytea[])`,
    // What counts wherever they come from counts the same ones again.
    values: [namesOf(person), now.toISOString(), loginsOf(person).map(everywhereKey)],
  }))!;

/** Ends all waits for failures at this person's account. */
export const freeLock = (db: Queryable, person: Person): Promise<number> =>
  db.execute({
    text: 'delete from sign_in_attempts where name = any($1::bytea[])',
    values: [namesOf(person)],
  });

/** Deletes counters that no longer count, and sources that are long unused. Answers how many. */
export async function forgetOldAttempts(db: Queryable, now: Date): Promise<number> {
  const sources = await db.execute({
    text: `delete from known_sources where used_at < $1::timestamptz - interval '${SOURCE_KNOWN}'`,
    values: [now.toISOString()],
  });
  const counters = await db.execute({
    text: `delete from sign_in_attempts
            where since < $1::timestamptz - interval '${FORGOTTEN}'
              and (blocked_until is null or blocked_until < $1)`,
    values: [now.toISOString()],
  });
  return sources + counters;
}
