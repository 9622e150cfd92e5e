import sql, { type Sql } from 'sql-template-tag';
import type { OutputOf } from '../../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { CODE, conflict, invalid, notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import { hashOfSecret } from '../../../kernel/secrets/secret.ts';
import { isApiScope } from '../../clients/scopes.ts';
import { audited, recordMade } from '../audit/audited.ts';
import { accessTokens } from '../audit/kinds.ts';
import { actorOfCall } from '../audit/record-audit.ts';
import { ADMINISTER } from '../declaration.ts';
import {
  createToken,
  deleteToken,
  deleteTokens,
  getToken,
  getTokens,
  getTokensOfOrganization,
  type ReferenceToken,
  regenerateToken,
  revokeToken,
} from './contract.ts';
import { newTokenValue } from './verify.ts';

export const personalAccessTokensRoutes: readonly Route[] = [
  handle(getTokens, (ctx) => select(ctx.db, sql`t.user_id = ${ctx.principal.subject}::uuid`)),
  handle(getTokensOfOrganization, (ctx) => select(ctx.db, sql`t.organization_id = ${ctx.organization.id}`)),
  handle(getToken, (ctx, { referenceTokenId }) => findToken(ctx, ctx.db, referenceTokenId)),
  handle(createToken, makeToken),
  handle(regenerateToken, replaceToken),
  handle(deleteToken, async (ctx, { referenceTokenId }) => {
    if ((await remove(ctx, sql`t.id = ${referenceTokenId}`)) === 0) throw notFound('Token');
  }),
  handle(deleteTokens, (ctx, { body }) => remove(ctx, sql`t.id = any(${body.ids}::uuid[])`)),
  handle(revokeToken, async (ctx, { body }) => {
    if ((await remove(ctx, sql`t.hash = ${hashOfSecret(body.token)}`)) === 0) throw notFound('Token');
  }),
];

type Shown = OutputOf<typeof ReferenceToken>;

const select = (db: Queryable, where: Sql): Promise<Shown[]> =>
  db.query<Shown>(sql`
    select t.id, t.description, t.scopes, t.created_at as "creationTime", t.expires_at as "expiryTime",
           t.last_used_at as "lastUsedTime", t.user_id as "userId", u.user_name as "userName", null as token
      from personal_access_tokens t join identity_users u on u.id = t.user_id where ${where}
        order by t.created_at, t.id`);

/** The caller's own tokens. Administrators see and take back everybody's. */
const inReach = (ctx: Context): Sql =>
  ctx.access.can(ADMINISTER)
    ? sql`t.organization_id = ${ctx.organization.id}`
    : sql`t.user_id = ${ctx.principal.subject}::uuid`;

async function findToken(ctx: Context, db: Queryable, id: string): Promise<Shown> {
  const [token] = await select(db, sql`t.id = ${id} and ${inReach(ctx)}`);
  if (!token) throw notFound('Token');
  return token;
}

async function makeToken(
  ctx: Context,
  { body }: InputFor<typeof createToken>,
): Promise<AnswerFor<typeof createToken>> {
  const unknown = body.scopes.findIndex((scope) => !isApiScope(scope));
  if (unknown >= 0) throw invalid(`scopes[${unknown}]`, 'is no scope that a token can have');
  const value = newTokenValue();
  return ctx.transaction(async (tx) => {
    const limits = await limitsOf(tx, ctx.organization.id);
    checkExpiry(ctx, limits, body.expiryTime);
    // Two tokens of one person are made one after the other. Otherwise the limit could be passed.
    await tx.execute(
      sql`select from identity_users where id = ${ctx.principal.subject}::uuid for no key update`,
    );
    const held = await select(tx, sql`t.user_id = ${ctx.principal.subject}::uuid`);
    if (held.length >= limits.perUser)
      throw conflict(CODE.ForbiddenOperation, `A user may have ${limits.perUser} personal access tokens.`);
    const row = await tx.first<{ id: string }>(sql`
      insert into personal_access_tokens (organization_id, user_id, description, scopes, hash, expires_at)
      values (${ctx.organization.id}, ${ctx.principal.subject}::uuid, ${body.description},
        ${[...new Set(body.scopes)]},
              ${hashOfSecret(value)}, ${body.expiryTime}) returning id`);
    await recordMade(tx, actorOfCall(ctx), accessTokens, [row!.id]);
    return { ...(await findToken(ctx, tx, row!.id)), token: value };
  });
}

/** Only the caller's own. An administrator who could set the value would be able to act as somebody else. */
async function replaceToken(
  ctx: Context,
  { referenceTokenId: id, body }: InputFor<typeof regenerateToken>,
): Promise<AnswerFor<typeof regenerateToken>> {
  const value = newTokenValue();
  return ctx.transaction(async (tx) => {
    if (body.expiryTime) checkExpiry(ctx, await limitsOf(tx, ctx.organization.id), body.expiryTime);
    const own = sql`id = ${id} and user_id = ${ctx.principal.subject}::uuid`;
    const row = await tx.first(sql`select from personal_access_tokens where ${own} for update`);
    if (!row) throw notFound('Token');
    await audited(tx, actorOfCall(ctx), { kind: accessTokens, ids: [id], action: 'Regenerate' }, () =>
      tx.execute(sql`
        update personal_access_tokens set hash = ${hashOfSecret(value)}, last_used_at = null,
               description = coalesce(${body.description}, description),
               expires_at = coalesce(${body.expiryTime}, expires_at)
         where id = ${id}`),
    );
    return { ...(await findToken(ctx, tx, id)), token: value };
  });
}

const remove = (ctx: Context, where: Sql): Promise<number> =>
  ctx.transaction(async (tx) => {
    const rows = await tx.query<{ id: string }>(sql`
      select id from personal_access_tokens t where ${where} and ${inReach(ctx)} order by id for update`);
    const ids = rows.map(({ id }) => id);
    return audited(tx, actorOfCall(ctx), { kind: accessTokens, ids }, () =>
      tx.execute(sql`delete from personal_access_tokens where id = any(${ids}::uuid[])`),
    );
  });

interface Limits {
  readonly days: number;
  readonly perUser: number;
}

const DAY_MS = 86_400_000;
const LIMITS = {
  days: { key: 'PersonalAccessToken.MaxDays', usual: 360, most: 1800 },
  perUser: { key: 'PersonalAccessToken.MaxPerUser', usual: 5, most: 50 },
};

/** The organization may set them, within bounds. */
async function limitsOf(db: Queryable, organizationId: string): Promise<Limits> {
  const rows = await db.query<{ key: string; value: string | null }>(sql`
    select key, value from identity_settings
     where organization_id = ${organizationId} and user_id is null
       and key = any(${Object.values(LIMITS).map(({ key }) => key)}::text[])`);
  const read = ({ key, usual, most }: (typeof LIMITS)['days']): number => {
    const value = Number(rows.find((row) => row.key === key)?.value ?? usual);
    return Number.isInteger(value) && value >= 1 && value <= most ? value : usual;
  };
  return { days: read(LIMITS.days), perUser: read(LIMITS.perUser) };
}

/** At least a day, so that a wrong clock on another machine surprises nobody. */
function checkExpiry(ctx: Context, { days }: Limits, expiryTime: string): void {
  const lifetime = Date.parse(expiryTime) - ctx.now();
  if (lifetime < DAY_MS - 3_600_000 || lifetime > days * DAY_MS + 3_600_000)
    throw invalid('expiryTime', `must be between 1 and ${days} days from now`);
}
