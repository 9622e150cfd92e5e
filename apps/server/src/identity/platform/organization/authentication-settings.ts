import sql from 'sql-template-tag';
import type { OutputOf } from '../../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import { changing, naming } from '../../../kernel/db/changing.ts';
import type { Queryable, Transaction } from '../../../kernel/db/sql.ts';
import { invalid, notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { parseJson } from '../../../kernel/json/parse-json.ts';
import {
  deleteOutsideProvider,
  type KeptProvider,
  listKeptProviders,
  saveOutsideProvider,
} from '../../sign-in/save-outside-provider.ts';
import { actorOfCall, CHANGED_SECRET, KEPT_SECRET, recordAudit } from '../audit/record-audit.ts';
import { readProvider } from '../sign-in-providers/read-provider.ts';
import {
  type AuthenticationSetting,
  type createAuthenticationSetting,
  SAML,
  type updateAuthenticationSetting,
} from './contract.ts';

type Members = Readonly<Record<string, unknown>>;

type Setting = OutputOf<typeof AuthenticationSetting> & { readonly authenticationSettingType: string };

async function select(db: Queryable, organizationId: string, id?: string): Promise<Setting[]> {
  const rows = await db.query<Setting>(sql`
    select id, organization_id as "partitionGlobalId", type as "authenticationSettingType",
           settings -> 'externalIdentityProviderDto' as "externalIdentityProviderDto",
           settings -> 'directoryConnectionDto' as "directoryConnectionDto", null as "hostConnectionType"
      from authentication_settings
     where organization_id = ${organizationId} and (${id ?? null}::uuid is null or id = ${id ?? null}::uuid)
       order by type`);
  const providers = await listKeptProviders(db, organizationId, id);
  return rows.map((row) => {
    const provider = providers.find((each) => each.id === row.id);
    return provider ? withGroupsOf(provider, row) : row;
  });
}

/** Groups are kept by id: what was renamed since is shown by its name of now. */
function withGroupsOf({ groups }: KeptProvider, row: Setting): Setting {
  const dto = row.externalIdentityProviderDto as Members;
  const { settings } = dto;
  const isText = typeof settings === 'string';
  const members = (isText ? parseJson(settings.trim() || '{}') : (settings ?? {})) as Members;
  if (!('groups' in members)) return row;
  const shown = { ...members, groups };
  const externalIdentityProviderDto = { ...dto, settings: isText ? JSON.stringify(shown) : shown };
  return { ...row, externalIdentityProviderDto };
}

export async function allSettings(ctx: Context): Promise<Readonly<Record<string, Setting>>> {
  const rows = await select(ctx.db, ctx.organization.id);
  return Object.fromEntries(rows.map((row) => [row.authenticationSettingType, row]));
}

export async function oneSetting(db: Queryable, ctx: Context, id: string): Promise<Setting> {
  const [row] = await select(db, ctx.organization.id, id);
  if (!row) throw notFound('Authentication setting');
  return row;
}

export const createSetting = (
  ctx: Context,
  { body }: InputFor<typeof createAuthenticationSetting>,
): Promise<AnswerFor<typeof createAuthenticationSetting>> =>
  changing(ctx, { authentication_settings_type: body.authenticationSettingType }, async (tx) => {
    const row = await tx.first<{ id: string }>(sql`
        insert into authentication_settings (organization_id, type)
        values (${ctx.organization.id}, ${body.authenticationSettingType}) returning id`);
    return save(tx, ctx, 'Create', row!.id, body);
  });

/** By id, or by type, because there is one of each type. */
export const changeSetting = (
  ctx: Context,
  { body }: InputFor<typeof updateAuthenticationSetting>,
): Promise<AnswerFor<typeof updateAuthenticationSetting>> =>
  ctx.transaction(async (tx) => {
    const row = await tx.first<{ id: string }>(sql`
      select id from authentication_settings
       where organization_id = ${ctx.organization.id}
         and case when ${body.id ?? null}::uuid is null
           then folded(type) = folded(${body.authenticationSettingType})
                  else id = ${body.id ?? null}::uuid end for no key update`);
    if (!row) throw notFound('Authentication setting');
    return save(tx, ctx, 'Update', row.id, body);
  });

type Body = Omit<InputFor<typeof createAuthenticationSetting>['body'], 'partitionGlobalId'>;

async function save(tx: Transaction, ctx: Context, action: string, id: string, body: Body): Promise<Setting> {
  const { clientSecret: given, ...provider } = body.externalIdentityProviderDto ?? {};
  const clientSecret = typeof given === 'string' && given !== '' ? given : undefined;
  const secret = clientSecret
    ? ctx.sealer.seal(Buffer.from(clientSecret), `authentication setting ${id}`)
    : null;
  const before = await oneSetting(tx, ctx, id);
  await tx.execute(sql`
    update authentication_settings set modified_at = now(), client_secret = coalesce(${secret},
      client_secret),
           settings = ${JSON.stringify({
             externalIdentityProviderDto: body.externalIdentityProviderDto
               ? { ...provider, clientSecret: null }
               : null,
             directoryConnectionDto: body.directoryConnectionDto ?? null,
           })}::jsonb
     where id = ${id}`);
  await takeEffect(tx, ctx, id, body, clientSecret);
  const after = await oneSetting(tx, ctx, id);
  await recordAudit(tx, actorOfCall(ctx), {
    category: 'AuthenticationSetting',
    action,
    target: id,
    name: after.authenticationSettingType,
    before:
      action === 'Create' ? undefined : { ...before, ...(clientSecret && { clientSecret: KEPT_SECRET }) },
    after: { ...after, ...(clientSecret && { clientSecret: CHANGED_SECRET }) },
  });
  return after;
}

/** A setting that names an OpenID provider is a provider on the sign-in page, under the setting's own id. */
async function takeEffect(
  tx: Transaction,
  ctx: Context,
  id: string,
  { authenticationSettingType: type, externalIdentityProviderDto: dto }: Body,
  clientSecret: string | undefined,
): Promise<void> {
  const [authority, clientId] = [textOf(dto?.authority), textOf(dto?.clientId)];
  const isSaml = type.toLowerCase() === 'saml2';
  if (isSaml) ctx.log.info({ authenticationSettingType: type }, SAML);
  if (!authority || !clientId || isSaml) {
    await deleteOutsideProvider(tx, ctx.organization.id, id);
    return;
  }
  const named = {
    organizationId: ctx.organization.id,
    displayName: textOf(dto?.displayName) ?? type,
    authority,
    clientId,
    clientSecret,
    isActive: dto?.isActive !== false,
    settings: dto?.settings,
  };
  const provider = { ...readProvider(named, 'externalIdentityProviderDto.'), id };
  const kept = await tx.first<{ lacksSecret: boolean }>(sql`
    select client_secret is not null and not exists (select from sign_in_providers where id = ${id}) as "lacksSecret"
      from authentication_settings where id = ${id}`);
  if (!clientSecret && kept?.lacksSecret)
    throw invalid('externalIdentityProviderDto.clientSecret', 'is needed with another authority');
  await naming({ sign_in_providers_name: provider.name }, () =>
    saveOutsideProvider(tx, ctx.sealer, provider),
  );
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

export const removeSetting = (ctx: Context, id: string): Promise<void> =>
  ctx.transaction(async (tx) => {
    const before = await oneSetting(tx, ctx, id);
    await tx.execute(sql`delete from authentication_settings where id = ${id}`);
    await deleteOutsideProvider(tx, ctx.organization.id, id);
    await recordAudit(tx, actorOfCall(ctx), {
      category: 'AuthenticationSetting',
      action: 'Delete',
      target: id,
      name: before.authenticationSettingType,
      before: { ...before },
    });
  });
