import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { findByKey, list } from '../../kernel/contract/read-rows.ts';
import { CODE, conflict } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { getNotes, Note, postNote } from './contract.ts';
import { noteAdded } from './events.ts';
import { noteSettings } from './settings.ts';

export const noteRoutes: readonly Route[] = [
  handle(getNotes, (ctx) => list(ctx, Note)),
  handle(postNote, addNote),
];

async function addNote(
  ctx: Context,
  { body }: InputFor<typeof postNote>,
): Promise<AnswerFor<typeof postNote>> {
  const most = ctx.setting(noteSettings.most);
  const id = await ctx.transaction(async (tx) => {
    const row = await tx.first<{ id: number }>(sql`
      insert into notes (tenant_id, text)
      select ${ctx.tenant.id}, ${body.Text}
       where (select count(*) from notes where tenant_id = ${ctx.tenant.id}) < ${most} returning id`);
    if (!row) throw conflict(CODE.ForbiddenOperation, `There are ${most} notes (BATON_NOTES).`);
    await tell(tx, ctx, noteAdded, [{ key: row.id, payload: { id: row.id } }]);
    return row.id;
  });
  return findByKey(ctx, Note, id);
}
