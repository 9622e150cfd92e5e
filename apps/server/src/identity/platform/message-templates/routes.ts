import sql, { type Sql } from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { invalid, notFound } from '../../../kernel/errors.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import { findTemplateProblem, shippedWords } from '../../mail/message-words.ts';
import { actorOfCall, recordAudit } from '../audit/record-audit.ts';
import { getTemplate, getTemplateByName, updateTemplate } from './contract.ts';

export const messageTemplatesRoutes: readonly Route[] = [
  handle(getTemplate, (ctx, { templateId }) => find(ctx.db, ctx, sql`t.id = ${templateId}`)),
  handle(getTemplateByName, (ctx, { name }) =>
    find(ctx.db, ctx, sql`folded(t.name) = folded(${name ?? ''})`),
  ),
  handle(updateTemplate, changeTemplate),
];

interface Template {
  readonly id: number;
  readonly name: string;
  readonly value: string;
}

async function find(db: Queryable, { organization }: Context, where: Sql): Promise<Template> {
  const template = await db.first<Omit<Template, 'value'> & { readonly value: string | null }>(sql`
    select t.id, t.name, o.value
      from message_templates t
      left join organization_message_templates o on o.template_id = t.id
        and o.organization_id = ${organization.id}
     where ${where}`);
  if (!template) throw notFound('Message template');
  return { ...template, value: template.value ?? shippedWords(template.name) };
}

function changeTemplate(
  ctx: Context,
  { templateId, body }: InputFor<typeof updateTemplate>,
): Promise<AnswerFor<typeof updateTemplate>> {
  if (body.id != null && body.id !== templateId) throw invalid('id', 'is not the id in the address');
  return ctx.transaction(async (tx) => {
    const before = await find(tx, ctx, sql`t.id = ${templateId}`);
    const problem = findTemplateProblem(before.name, body.value);
    if (problem !== undefined) throw invalid('value', problem);
    await tx.execute(sql`
      insert into organization_message_templates (organization_id, template_id, value)
      values (${ctx.organization.id}, ${templateId}, ${body.value})
      on conflict (organization_id, template_id) do update set value = excluded.value`);
    const { name } = before;
    await recordAudit(tx, actorOfCall(ctx), {
      category: 'MessageTemplate',
      action: 'Update',
      target: templateId,
      name,
      before: { value: before.value },
      after: { value: body.value },
    });
    return { ...before, value: body.value };
  });
}
