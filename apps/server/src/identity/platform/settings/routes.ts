import sql from 'sql-template-tag';
import type { OutputOf } from '../../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { alreadyExists, forbidden, notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import { requireSelfOrAdministrator } from '../administrators.ts';
import { actorOfCall, KEPT_SECRET, recordAudit } from '../audit/record-audit.ts';
import { ADMINISTER } from '../declaration.ts';
import { deleteSetting, getSettings, type Setting, updateSettings } from './contract.ts';
import { isSecret, selectSettings, storeSettings } from './store-settings.ts';

export const settingsRoutes: readonly Route[] = [
  handle(getSettings, readSettings),
  handle(updateSettings, writeSettings),
  handle(deleteSetting, removeSetting),
];

async function readSettings(
  ctx: Context,
  { key, userId }: InputFor<typeof getSettings>,
): Promise<AnswerFor<typeof getSettings>> {
  await requireReach(ctx, ctx.db, userId);
  return ctx.db.query<OutputOf<typeof Setting>>(selectSettings(ctx.organization.id, userId, key ?? []));
}

const SECRET = 'setting';

/** Two values for one key contradict each other: answers 409 and writes nothing. */
async function writeSettings(
  ctx: Context,
  { body }: InputFor<typeof updateSettings>,
): Promise<AnswerFor<typeof updateSettings>> {
  const { userId } = body;
  const keys = body.settings.map(({ key }) => key.toLowerCase());
  const twice = keys.find((key, i) => keys.indexOf(key) !== i);
  if (twice !== undefined) throw alreadyExists(`The setting ${twice} is given more than once.`);
  return ctx.transaction(async (tx) => {
    await requireReach(ctx, tx, userId);
    const stored = body.settings.map(({ key, value }) => ({
      key,
      value:
        value && isSecret(key)
          ? ctx.sealer.seal(Buffer.from(value), SECRET).toString('base64')
          : (value ?? null),
    }));
    await storeSettings(tx, actorOfCall(ctx), userId, stored);
    return tx.query<OutputOf<typeof Setting>>(selectSettings(ctx.organization.id, userId, keys));
  });
}

/** A caller who may not see a setting does not learn whether it exists. */
function removeSetting(ctx: Context, { settingId }: InputFor<typeof deleteSetting>): Promise<void> {
  return ctx.transaction(async (tx) => {
    const row = await tx.first<{ key: string; value: string | null; userId: string | null }>(sql`
      delete from identity_settings where id = ${settingId} and organization_id = ${ctx.organization.id}
      returning key, value, user_id as "userId"`);
    if (!row && ctx.access.can(ADMINISTER)) throw notFound('Setting');
    await requireReach(ctx, tx, row?.userId);
    const { key, value, userId } = row!;
    await recordAudit(tx, actorOfCall(ctx), {
      category: 'Setting',
      action: 'Delete',
      target: userId ?? ctx.organization.id,
      before: { [key]: isSecret(key) ? KEPT_SECRET : value },
      after: {},
    });
  });
}

/** A person's settings belong to that person, and the organization's to its administrators. */
async function requireReach(ctx: Context, db: Queryable, userId: string | null | undefined): Promise<void> {
  if (!userId) {
    if (!ctx.access.can(ADMINISTER)) throw forbidden();
    return;
  }
  requireSelfOrAdministrator(ctx, userId);
  const user = await db.first(sql`
    select from identity_users where organization_id = ${ctx.organization.id} and id = ${userId}`);
  if (!user) throw notFound('User');
}
