import { readInstant } from '@baton/odata/instant';
import sql from 'sql-template-tag';
import type { OutputOf } from '../../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import { changing } from '../../../kernel/db/changing.ts';
import type { Transaction } from '../../../kernel/db/sql.ts';
import { invalid, notFound } from '../../../kernel/errors.ts';
import { wake } from '../../../kernel/events/live.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { followName, forgetIdentities } from '../../../people/follow-identity.ts';
import { addSecret, createApplication, endGrants } from '../../clients/applications.ts';
import { isLoopback } from '../../clients/clients.ts';
import { isApiScope, USER_SCOPES } from '../../clients/scopes.ts';
import { audited, recordMade } from '../audit/audited.ts';
import { applications } from '../audit/kinds.ts';
import { actorOfCall } from '../audit/record-audit.ts';
import {
  type createClient,
  type ExternalClient,
  ScopeType,
  type Secret,
  type updateClient,
} from './contract.ts';
import { readClients } from './sql.ts';

type Body = Omit<InputFor<typeof createClient>['body'], 'partitionGlobalId'>;

interface Wanted {
  readonly name: string;
  readonly appScopes: readonly string[];
  readonly userScopes: readonly string[];
  readonly redirectUris: readonly string[];
}

export async function makeClient(
  ctx: Context,
  { body }: InputFor<typeof createClient>,
): Promise<AnswerFor<typeof createClient>> {
  const isConfidential = body.isConfidential ?? true;
  const wanted = read(body, isConfidential);
  const made = await ctx.transaction(async (tx) => {
    const { clientId, secret } = await createApplication(tx, {
      ...wanted,
      organizationId: ctx.organization.id,
      isConfidential,
    });
    await recordMade(tx, actorOfCall(ctx), applications, [clientId]);
    return { clientId, secret };
  });
  return { ...(await findClient(ctx, made.clientId)), secret: made.secret ?? null };
}

export async function changeClient(
  ctx: Context,
  { clientId, body }: InputFor<typeof updateClient>,
): Promise<AnswerFor<typeof updateClient>> {
  await changing(ctx, { external_apps_name: body.name, users_name: body.name }, async (tx) => {
    const before = await lockClient(tx, ctx, clientId);
    const wanted = read(body, before.isConfidential);
    await audited(tx, actorOfCall(ctx), { kind: applications, ids: [clientId] }, async () => {
      await tx.execute(sql`
          update external_apps set name = ${wanted.name}, app_scopes = ${wanted.appScopes},
                 user_scopes = ${wanted.userScopes}, redirect_uris = ${wanted.redirectUris}
           where client_id = ${clientId}`);
      const removed = before.redirectUris.filter((uri) => !wanted.redirectUris.includes(uri));
      if (removed.length > 0) await endGrants(tx, clientId, removed);
      await followName(tx, ctx.principal, clientId, wanted.name);
    });
    wake(tx, ctx, 'access');
  });
  return findClient(ctx, clientId);
}

export async function removeClient(ctx: Context, clientId: string): Promise<void> {
  await ctx.transaction(async (tx) => {
    await lockClient(tx, ctx, clientId);
    await audited(tx, actorOfCall(ctx), { kind: applications, ids: [clientId] }, async () => {
      await forgetIdentities(tx, ctx.principal, [clientId]);
      await tx.execute(sql`delete from external_apps where client_id = ${clientId}`);
    });
    wake(tx, ctx, 'access');
  });
}

export async function makeSecret(
  ctx: Context,
  clientId: string,
  description?: string | null,
  expiryTime?: string | null,
): Promise<OutputOf<typeof Secret>> {
  return ctx.transaction(async (tx) => {
    const client = await lockClient(tx, ctx, clientId);
    if (!client.isConfidential) throw invalid('clientId', 'an application that is public has no secrets');
    const expiresAt = expiryTime ? new Date(expiryTime) : undefined;
    if (expiresAt && expiresAt.getTime() <= ctx.now()) throw invalid('expiryTime', 'is in the past');
    const change = { kind: applications, ids: [clientId], action: 'GenerateSecret' };
    const { id, secret } = await audited(tx, actorOfCall(ctx), change, () =>
      addSecret(tx, clientId, { description: description ?? undefined, expiresAt }),
    );
    // In the stored form, to the millisecond.
    const told = expiresAt && readInstant(expiresAt.toISOString());
    return {
      id,
      secret,
      description: description ?? null,
      expiryTime: told ?? null,
      creationTime: new Date(ctx.now()).toISOString(),
    };
  });
}

export async function removeSecret(ctx: Context, secretId: number): Promise<void> {
  await ctx.transaction(async (tx) => {
    const secret = await tx.first<{ client_id: string }>(sql`
      select client_id from external_app_secrets join external_apps a using (client_id)
       where id = ${secretId} and a.organization_id = ${ctx.organization.id} for no key update of a`);
    if (!secret) throw notFound('Secret');
    const change = { kind: applications, ids: [secret.client_id], action: 'DeleteSecret' };
    const deleted = await audited(tx, actorOfCall(ctx), change, () =>
      tx.execute(sql`delete from external_app_secrets where id = ${secretId}`),
    );
    // Somebody else was faster.
    if (deleted === 0) throw notFound('Secret');
  });
}

export async function findClient(ctx: Context, clientId: string): Promise<OutputOf<typeof ExternalClient>> {
  const [client] = await readClients(ctx.db, ctx.organization.id, clientId);
  if (!client) throw notFound('Application');
  return client;
}

const lockClient = async (tx: Transaction, ctx: Context, clientId: string) => {
  const client = await tx.first<Wanted & { isConfidential: boolean }>(sql`
    select name, is_confidential as "isConfidential", app_scopes as "appScopes", user_scopes as "userScopes",
           redirect_uris as "redirectUris"
      from external_apps where organization_id = ${ctx.organization.id} and client_id = ${clientId}
        for no key update`);
  if (!client) throw notFound('Application');
  return client;
};

/**
 * A public application acts only for people. An application that acts for people needs an address to send
 * them back to.
 */
function read(body: Body, isConfidential: boolean): Wanted {
  const scopesOf = (type: number): string[] => [
    ...new Set(
      (body.scopes ?? [])
        .filter((scope) => (scope.type ?? ScopeType.application) === type)
        .map(({ name }) => name),
    ),
  ];
  const [appScopes, userScopes] = [scopesOf(ScopeType.application), scopesOf(ScopeType.user)];
  const unknown = (body.scopes ?? []).findIndex(
    ({ name, type }) => !isApiScope(name) && (type === ScopeType.application || !USER_SCOPES.includes(name)),
  );
  if (unknown >= 0) throw invalid(`scopes[${unknown}].name`, 'is no scope that can be given');
  if (!isConfidential && appScopes.length > 0)
    throw invalid('scopes', 'an application that is public cannot hold application scopes');
  const redirectUris = (body.redirectUri ?? '')
    .split(',')
    .map((uri) => uri.trim())
    .filter(Boolean);
  if (userScopes.length > 0 && redirectUris.length === 0)
    throw invalid('redirectUri', 'is needed for user scopes');
  for (const uri of redirectUris) checkRedirect(uri);
  return { name: body.name.trim(), appScopes, userScopes, redirectUris };
}

/** Encrypted, or to this machine, or an application's own scheme. Nothing that a browser would run. */
function checkRedirect(uri: string): void {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  const isOwn = url !== undefined && /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(url.protocol);
  if (!url || url.hash !== '' || (url.protocol !== 'https:' && !isLoopback(uri) && !isOwn))
    throw invalid('redirectUri', `'${uri.slice(0, 200)}' cannot be redirected to`);
}
