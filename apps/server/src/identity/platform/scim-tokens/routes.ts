import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { invalid, notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import * as tokens from '../../scim/tokens.ts';
import { actorOfCall, recordAudit } from '../audit/record-audit.ts';
import { createScimToken, deleteScimToken, getScimTokens } from './contract.ts';

export const scimTokensRoutes: readonly Route[] = [
  handle(getScimTokens, (ctx) => list(ctx.db, ctx)),
  handle(createScimToken, create),
  handle(deleteScimToken, remove),
];

const list = async (db: Queryable, { organization }: Context) =>
  (await tokens.listScimTokens(db, organization.id)).map(({ createdAt, expiresAt, ...token }) => ({
    ...token,
    creationTime: createdAt,
    expiryTime: expiresAt,
  }));

function create(
  ctx: Context,
  { body }: InputFor<typeof createScimToken>,
): Promise<AnswerFor<typeof createScimToken>> {
  const expiresAt = body.expiryTime ? new Date(body.expiryTime) : undefined;
  if (expiresAt && expiresAt.getTime() <= ctx.now()) throw invalid('expiryTime', 'must be in the future');
  return ctx.transaction(async (tx) => {
    const description = body.description ?? '';
    const { id, token } = await tokens.createScimToken(tx, ctx.organization.id, { description, expiresAt });
    const made = (await list(tx, ctx)).find((each) => each.id === id)!;
    await recordAudit(tx, actorOfCall(ctx), {
      category: 'ScimToken',
      action: 'Create',
      target: id,
      name: description,
      after: { ...made },
    });
    return { ...made, token };
  });
}

function remove(ctx: Context, { tokenId }: InputFor<typeof deleteScimToken>): Promise<void> {
  return ctx.transaction(async (tx) => {
    const before = (await list(tx, ctx)).find(({ id }) => id === tokenId);
    if (!before || !(await tokens.deleteScimToken(tx, ctx.organization.id, tokenId)))
      throw notFound('SCIM token');
    await recordAudit(tx, actorOfCall(ctx), {
      category: 'ScimToken',
      action: 'Delete',
      target: tokenId,
      name: before.description,
      before,
    });
  });
}
