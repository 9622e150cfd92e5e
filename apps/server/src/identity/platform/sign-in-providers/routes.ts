import sql from 'sql-template-tag';
import type { InputFor } from '../../../kernel/contract/operation.ts';
import { changing } from '../../../kernel/db/changing.ts';
import type { Queryable, Transaction } from '../../../kernel/db/sql.ts';
import { CODE, conflict, notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import {
  deleteOutsideProvider,
  type KeptProvider,
  listKeptProviders,
  saveOutsideProvider,
} from '../../sign-in/save-outside-provider.ts';
import { actorOfCall, CHANGED_SECRET, KEPT_SECRET, recordAudit } from '../audit/record-audit.ts';
import {
  createIdentityProvider,
  deleteIdentityProvider,
  getIdentityProviders,
  updateIdentityProvider,
} from './contract.ts';
import { readProvider } from './read-provider.ts';

export const signInProvidersRoutes: readonly Route[] = [
  handle(getIdentityProviders, async (ctx) =>
    (await listKeptProviders(ctx.db, ctx.organization.id)).map(shown),
  ),
  handle(createIdentityProvider, (ctx, { body }) => save(ctx, body)),
  handle(updateIdentityProvider, (ctx, { body }) => save(ctx, body, body.id)),
  handle(deleteIdentityProvider, remove),
];

const shown = ({ id, organizationId, name, issuer, clientId, isActive, ...settings }: KeptProvider) => ({
  id,
  partitionGlobalId: organizationId,
  displayName: name,
  authenticationScheme: 'OpenIdConnect',
  clientId,
  clientSecret: null,
  authority: issuer,
  isActive,
  settings: JSON.stringify(settings),
});

function save(
  ctx: Context,
  body: InputFor<typeof createIdentityProvider>['body'],
  present?: string,
): Promise<ReturnType<typeof shown>> {
  const given = readProvider({
    ...body,
    organizationId: ctx.organization.id,
    clientSecret: body.clientSecret || undefined,
    isActive: body.isActive ?? true,
    settings: body.settings,
  });
  return changing(ctx, { sign_in_providers_name: body.displayName }, async (tx) => {
    const before = present === undefined ? undefined : await requireOwn(tx, ctx, present);
    const id = await saveOutsideProvider(tx, ctx.sealer, { ...given, id: present });
    const after = await find(tx, ctx, id);
    await recordAudit(tx, actorOfCall(ctx), {
      category: 'ExternalIdentityProvider',
      action: before ? 'Update' : 'Create',
      target: id,
      name: after.displayName,
      before: before && { ...before, ...(given.clientSecret && { clientSecret: KEPT_SECRET }) },
      after: { ...after, ...(given.clientSecret && { clientSecret: CHANGED_SECRET }) },
    });
    return after;
  });
}

function remove(ctx: Context, { id }: InputFor<typeof deleteIdentityProvider>): Promise<void> {
  return ctx.transaction(async (tx) => {
    const before = await requireOwn(tx, ctx, id);
    await deleteOutsideProvider(tx, ctx.organization.id, id);
    await recordAudit(tx, actorOfCall(ctx), {
      category: 'ExternalIdentityProvider',
      action: 'Delete',
      target: id,
      name: before.displayName,
      before,
    });
  });
}

async function find(db: Queryable, ctx: Context, id: string): Promise<ReturnType<typeof shown>> {
  const [provider] = await listKeptProviders(db, ctx.organization.id, id);
  if (!provider) throw notFound('External identity provider');
  return shown(provider);
}

/** A provider that belongs to an authentication setting has that setting's id, and is changed there only. */
async function requireOwn(tx: Transaction, ctx: Context, id: string): Promise<ReturnType<typeof shown>> {
  const provider = await find(tx, ctx, id);
  const setting = await tx.first<{ type: string }>(
    sql`select type from authentication_settings where id = ${id}`,
  );
  if (setting)
    throw conflict(
      CODE.ForbiddenOperation,
      `This provider belongs to the authentication setting ${setting.type}.`,
    );
  return provider;
}
