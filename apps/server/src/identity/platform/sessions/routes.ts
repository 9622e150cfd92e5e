import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import { allowedApplications, revokeApplication } from '../../sessions/allowed-applications.ts';
import { endSessions } from '../../sessions/end-sessions.ts';
import { liveSessions, type Owner } from '../../sessions/list-sessions.ts';
import { requireSelfOrAdministrator } from '../administrators.ts';
import { actorOfCall } from '../audit/record-audit.ts';
import { inWords, page } from '../paging.ts';
import {
  Application,
  deleteApplication,
  deleteSession,
  deleteSessions,
  getApplications,
  getSessions,
  Session,
} from './contract.ts';

export const sessionsRoutes: readonly Route[] = [
  handle(getSessions, listSessions),
  handle(deleteSession, endOne),
  handle(deleteSessions, endMany),
  handle(getApplications, listApplications),
  handle(deleteApplication, revoke),
];

async function listSessions(
  ctx: Context,
  { userId, ...query }: InputFor<typeof getSessions>,
): Promise<AnswerFor<typeof getSessions>> {
  await findOwner(ctx, ctx.db, userId);
  const current = await currentSession(ctx, ctx.db);
  return page(ctx.db, query, {
    of: Session,
    columns: {
      lastUsedTime: 'r."lastUsedTime"',
      creationTime: 'r."creationTime"',
      expiryTime: 'r."expiryTime"',
    },
    defaultOrder: 'desc',
    rows: sql`select l.*, l.uid = ${current ?? ''} as "isCurrent" from (${liveSessions(userId, now(ctx))}) l`,
  });
}

function endOne(ctx: Context, { userId, sessionId }: InputFor<typeof deleteSession>): Promise<void> {
  return ctx.transaction(async (tx) => {
    const owner = await findOwner(ctx, tx, userId);
    const ended = await endSessions(tx, actorOfCall(ctx), owner, { which: { id: sessionId }, now: now(ctx) });
    if (ended === 0) throw notFound('Session');
  });
}

/** It is no error if there are none. */
function endMany(ctx: Context, { userId, exceptCurrent }: InputFor<typeof deleteSessions>): Promise<void> {
  return ctx.transaction(async (tx) => {
    const owner = await findOwner(ctx, tx, userId);
    const but = exceptCurrent ? ((await currentSession(ctx, tx)) ?? '') : undefined;
    const which = but === undefined ? 'all' : { but };
    await endSessions(tx, actorOfCall(ctx), owner, { which, now: now(ctx) });
  });
}

async function listApplications(
  ctx: Context,
  { userId, ...query }: InputFor<typeof getApplications>,
): Promise<AnswerFor<typeof getApplications>> {
  await findOwner(ctx, ctx.db, userId);
  return page(ctx.db, query, {
    of: Application,
    columns: {
      name: inWords('r.name'),
      creationTime: 'r."creationTime"',
      lastUsedTime: 'r."lastUsedTime"',
    },
    rows: allowedApplications(userId, now(ctx)),
  });
}

function revoke(ctx: Context, { userId, clientId }: InputFor<typeof deleteApplication>): Promise<void> {
  return ctx.transaction(async (tx) => {
    const owner = await findOwner(ctx, tx, userId);
    const which = { clientId: clientId.toLowerCase(), now: now(ctx) };
    if (!(await revokeApplication(tx, actorOfCall(ctx), owner, which))) throw notFound('Application');
  });
}

const now = (ctx: Context): Date => new Date(ctx.now());

async function findOwner(ctx: Context, db: Queryable, userId: string): Promise<Owner> {
  requireSelfOrAdministrator(ctx, userId);
  const owner = await db.first<Owner>(sql`
    select id, user_name as "userName" from identity_users
     where organization_id = ${ctx.organization.id} and id = ${userId}`);
  if (!owner) throw notFound('User');
  return owner;
}

/** oidc-provider's id of the session that the token of the call came from. */
async function currentSession({ principal }: Context, db: Queryable): Promise<string | undefined> {
  const row = await db.first<{ uid: string | null }>(sql`
    select session_uid as uid from oidc_records where kind = 'Grant' and id = ${principal.grantId}`);
  return row?.uid ?? undefined;
}
