import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import type { Queryable, Transaction } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { hashOfSecret, newSecret } from '../../kernel/secrets/secret.ts';
import type { deleteClientSecret, getClientSecrets, postClientSecret } from './contract.ts';
import { secretAdded, secretDeleted } from './events.ts';

interface SecretRow {
  readonly id: string;
  readonly creationTime: string;
}

interface ListedSecret extends SecretRow {
  readonly hostMachineName: string | null;
}

export async function insertSecret(
  tx: Transaction,
  machineId: number,
): Promise<SecretRow & { readonly secret: string }> {
  const secret = newSecret();
  const row = await tx.first<SecretRow>(sql`
    insert into machine_secrets (machine_id, hash) values (${machineId}, ${hashOfSecret(secret)})
    returning id::text, created_at as "creationTime"`);
  return { ...row!, secret };
}

export async function listSecrets(
  ctx: Context,
  { licenseKey }: InputFor<typeof getClientSecrets>,
): Promise<ListedSecret[]> {
  const machine = await machineOf(ctx.db, ctx.tenant.id, licenseKey);
  return ctx.db.query<ListedSecret>(sql`
    select id::text, created_at as "creationTime", host_machine_name as "hostMachineName" from machine_secrets where machine_id = ${machine.id} order by machine_secrets.id`);
}

export async function addSecret(
  ctx: Context,
  { licenseKey }: InputFor<typeof postClientSecret>,
): Promise<AnswerFor<typeof postClientSecret>> {
  return ctx.transaction(async (tx) => {
    const machine = await machineOf(tx, ctx.tenant.id, licenseKey);
    const secret = await insertSecret(tx, machine.id);
    await tell(tx, ctx, secretAdded, [
      { key: machine.key, payload: { id: machine.id, secretId: secret.id } },
    ]);
    return secret;
  });
}

export async function removeSecret(
  ctx: Context,
  { secretId }: InputFor<typeof deleteClientSecret>,
): Promise<void> {
  await ctx.transaction(async (tx) => {
    const machine = await tx.first<{ id: number; key: string }>(sql`
      delete from machine_secrets s using machines m
       where s.id = ${secretId} and m.id = s.machine_id and m.tenant_id = ${ctx.tenant.id} returning m.id, m.key`);
    if (!machine) throw notFound('Client secret');
    await tell(tx, ctx, secretDeleted, [
      { key: machine.key, payload: { id: machine.id, secretId: String(secretId) } },
    ]);
  });
}

export async function machineOf(
  db: Queryable,
  tenantId: number,
  licenseKey: string,
): Promise<{ id: number; key: string }> {
  const machine = await db.first<{ id: number; key: string }>(sql`
    select id, key from machines where license_key = ${licenseKey}::uuid and tenant_id = ${tenantId}`);
  if (!machine) throw notFound('Machine');
  return machine;
}
