import sql from 'sql-template-tag';
import { isObject } from '../../kernel/contract/read-input.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { withNewKey } from '../../kernel/files/unused-files.ts';
import type { Context } from '../../kernel/http/context.ts';
import { OUTPUT } from '../attachments/input-file.ts';
import { linkAttachments } from '../attachments/link-attachments.ts';
import { CONTENT_FOLDER, storeContent } from '../attachments/store-content.ts';
import type { Report, Verdict } from '../jobs/report.ts';
import { jobSettings } from '../jobs/settings.ts';
import { machineOf } from './robots-of-machine.ts';

type Take = (tx: Transaction, report: Report) => Promise<Verdict>;

/**
 * Takes a report whose output arguments are too long for the row of a job: they become a file of the job,
 * and are written before the transaction. A report that is refused leaves nothing behind.
 */
export async function takeLongOutput(ctx: Context, report: Report, take: Take): Promise<Verdict | undefined> {
  const { outputArguments: text, jobKey } = report;
  if (!text || text.length <= ctx.setting(jobSettings.inlineOutput) || !isJsonObject(text)) return undefined;
  const job = await ctx.db.first<{ id: number; folderId: number }>(sql`
    select id, folder_id as "folderId" from jobs
     where key = ${jobKey}::uuid and tenant_id = ${ctx.tenant.id} and machine_id = ${machineOf(ctx)}
       and output_file is null`);
  if (!job) return undefined;
  const who = { principal: ctx.principal, tenant: ctx.tenant, folderId: job.folderId, userId: null };
  const bytes = Buffer.from(text);
  try {
    return await withNewKey(ctx.outside, ctx.files, CONTENT_FOLDER, async (key) => {
      await ctx.files.write(key, bytes);
      return ctx.transaction(async (tx) => {
        const made = await tx.first<{ id: string }>(sql`
          insert into attachments (tenant_id, folder_id, name)
          values (${ctx.tenant.id}, ${job.folderId}, 'output.json') returning id`);
        const attachmentId = made!.id;
        const content = { key, size: bytes.length, type: 'application/json' };
        await storeContent(tx, who, attachmentId, content);
        const stored = { outputArguments: null, outputFile: attachmentId, isOutputStored: true };
        const verdict = await take(tx, { ...report, ...stored });
        // The same report may have come before, and the state may have been taken from it.
        const isTaken = await tx.first(
          sql`select from jobs where id = ${job.id} and output_file = ${attachmentId}::uuid`,
        );
        if (!isTaken) throw new NotTaken(verdict);
        // Only now: sessions are locked before their jobs, and a link locks the job.
        const own = { id: job.id, key: jobKey };
        await linkAttachments(tx, who, [{ job: own, attachmentId, category: OUTPUT }]);
        return verdict;
      });
    });
  } catch (error) {
    if (error instanceof NotTaken) return error.verdict;
    throw error;
  }
}

/** Rolls back what was written for the report. */
class NotTaken extends Error {
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super('The report was not taken.');
    this.verdict = verdict;
  }
}

function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    return false;
  }
}
