import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { after } from 'node:test';
import { routes } from '../apps/server/src/areas.ts';
import type { TestServer } from '../apps/server/src/server.fixture.ts';

/** The newest rows. */
interface Marks {
  readonly event: number;
  readonly entry: number;
}

const HANDLED = 'tracing:fastify.request.handler:start';

export interface Watched {
  /** By the operation's id: what calls of it that went well have left; `audit` for an entry of the audit. */
  readonly told: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * From now on calls of this process go one at a time, and what the database has more of after each is what
 * that call told. What the server tells by itself has no actor, and is left out.
 */
export function watchCalls({ db, url }: TestServer, ends: { readonly after: typeof after }): Watched {
  const told = new Map<string, Set<string>>();
  const real = globalThis.fetch;
  let called: string | undefined;
  const note = (message: unknown): void => {
    const { request } = message as { request: { routeOptions: { config: { operation?: string } } } };
    called = request.routeOptions.config.operation;
  };
  const marks = (): Promise<Marks | undefined> =>
    db.first<Marks>({
      text: `select (select coalesce(max(id), 0) from events) as event,
                    (select coalesce(max(id), 0) from identity_audit) as entry`,
      values: [],
    });
  async function watch(...given: Parameters<typeof fetch>): Promise<Response> {
    const before = await marks();
    called = undefined;
    const answer = await real(...given);
    // A stream has no end, so whoever reads it does so beside other calls.
    if (called === undefined || !answer.ok) return answer;
    const types = await db.query<{ type: string }>({
      text: `select distinct type from events where id > $1 and actor is not null
             union all select distinct 'audit' from identity_audit where id > $2`,
      values: [before!.event, before!.entry],
    });
    const seen = told.get(called) ?? new Set();
    for (const { type } of types) seen.add(type);
    told.set(called, seen);
    return answer;
  }
  let turn: Promise<unknown> = Promise.resolve();
  subscribe(HANDLED, note);
  globalThis.fetch = (...given) => {
    if (!String(given[0]).startsWith(url)) return real(...given);
    const mine = turn.then(() => watch(...given));
    turn = mine.catch(() => undefined);
    return mine;
  };
  ends.after(() => {
    globalThis.fetch = real;
    unsubscribe(HANDLED, note);
  });
  return { told };
}

/** What is to be asked what it tells. */
export const changing = routes
  .map(({ operation }) => operation)
  .filter(({ method, readOnly, tells }) => tells !== undefined || (method !== 'GET' && !readOnly));
