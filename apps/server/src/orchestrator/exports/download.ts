import sql from 'sql-template-tag';
import { actorOf } from '../../kernel/auth/principal.ts';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { ApiError, CODE, conflict, notFound } from '../../kernel/errors.ts';
import type { FileAnswer } from '../../kernel/http/answer.ts';
import type { Context } from '../../kernel/http/context.ts';
import { readLink, sealLink } from '../../kernel/http/sealed-link.ts';
import { type downloadExport, ExportStatus, type getDownloadLink } from './contract.ts';

const LINK_MS = 10 * 60_000;
const PURPOSE = 'export download link';

interface Link {
  readonly id: number;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** A link is sealed, so nobody can forge or change it. It needs no row of its own and works on every node. */
export async function linkTo(
  ctx: Context,
  { key }: InputFor<typeof getDownloadLink>,
): Promise<AnswerFor<typeof getDownloadLink>> {
  const found = await ctx.db.first<{ status: number }>(sql`
    select status from exports
     where id = ${key} and tenant_id = ${ctx.tenant.id} and requested_by = ${actorOf(ctx.principal)}`);
  if (!found) throw notFound('Export');
  if (found.status === ExportStatus.Failed)
    throw conflict(CODE.InvalidRequest, 'The export failed: ask for another one.');
  if (found.status !== ExportStatus.Completed)
    throw conflict(CODE.InvalidRequest, 'The export is not completed yet.');
  const link: Link = { id: key, until: ctx.now() + LINK_MS };
  const token = sealLink(ctx, PURPOSE, link);
  return {
    Uri: `${ctx.baseUrl}/api/Exports/Download?token=${token}`,
    Verb: 'GET',
    RequiresAuth: false,
    Headers: { Keys: [], Values: [] },
  };
}

export async function download(
  ctx: Context,
  { token }: InputFor<typeof downloadExport>,
): Promise<FileAnswer> {
  const link = readLink<Link>(ctx, PURPOSE, token);
  if (!link || link.until < ctx.now()) throw new ApiError(403, 0, 'The link has expired or is not valid.');
  const found = await ctx.db.first<{ file_key: string; name: string }>(sql`
    select file_key, name from exports where id = ${link.id} and status = ${ExportStatus.Completed}`);
  const stored = found && (await ctx.files.read(found.file_key));
  if (!found || !stored) throw notFound('Export');
  return {
    body: stored.stream,
    size: stored.size,
    fileName: `${found.name}.csv`,
  };
}
