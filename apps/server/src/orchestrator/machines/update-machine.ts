import sql from 'sql-template-tag';
import type { InputFor } from '../../kernel/contract/operation.ts';
import { changing } from '../../kernel/db/changing.ts';
import { notFound } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { putMachine } from './contract.ts';
import { machineUpdated } from './events.ts';
import { assignments, setClause, setRobotUsers } from './save-machine.ts';

/**
 * PUT replaces the whole machine. PATCH changes the members that it names. More slots may let waiting jobs
 * start at once.
 */
export const updateMachine =
  ({ whole }: { readonly whole: boolean }) =>
  async (ctx: Context, { key, body }: InputFor<typeof putMachine>): Promise<void> => {
    const values = assignments(body, whole);
    await changing(ctx, { machines_name: body.Name ?? '' }, async (tx) => {
      const change = values.length > 0 ? sql`${setClause(values)},` : sql``;
      const machine = await tx.first<{ key: string }>(sql`
          update machines set ${change} modified_at = now(), modifier_user_id = ${ctx.access.user?.id ?? null}
           where id = ${key} and tenant_id = ${ctx.tenant.id} returning key`);
      if (!machine) throw notFound('Machine');
      await setRobotUsers(tx, ctx.tenant.id, key, body);
      await tell(tx, ctx, machineUpdated, [{ key: machine.key, payload: { id: key }, wakes: [key] }]);
    });
  };
