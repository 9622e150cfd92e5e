import sql, { join } from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { findByKey } from '../../kernel/contract/read-rows.ts';
import { changing } from '../../kernel/db/changing.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { insertSecret } from './client-secrets.ts';
import { Machine, type postMachine } from './contract.ts';
import { machineCreated } from './events.ts';
import { assignments, setRobotUsers } from './save-machine.ts';

export async function createMachine(
  ctx: Context,
  { body }: InputFor<typeof postMachine>,
): Promise<AnswerFor<typeof postMachine>> {
  const values = assignments(body, true);
  const { id, secret } = await changing(ctx, { machines_name: body.Name! }, async (tx) => {
    const machine = await tx.first<{ id: number; key: string }>(sql`
        insert into machines (tenant_id, creator_user_id, ${join(values.map(({ column }) => column))})
        values (${ctx.tenant.id}, ${ctx.access.user?.id ?? null}, ${join(values.map(({ value }) => value))}) returning id, key`);
    await setRobotUsers(tx, ctx.tenant.id, machine!.id, body);
    const { secret } = await insertSecret(tx, machine!.id);
    await tell(tx, ctx, machineCreated, [
      { key: machine!.key, payload: { id: machine!.id, name: body.Name! } },
    ]);
    return { id: machine!.id, secret };
  });
  return { ...(await findByKey(ctx, Machine, id)), ClientSecret: secret };
}
