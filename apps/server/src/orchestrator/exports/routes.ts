import sql from 'sql-template-tag';
import { actorOf } from '../../kernel/auth/principal.ts';
import { findByKey, list, type Scope } from '../../kernel/contract/read-rows.ts';
import type { Context } from '../../kernel/http/context.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { downloadExport, Export, getDownloadLink, getExport, getExports } from './contract.ts';
import { download, linkTo } from './download.ts';

/** Only the caller who asked for an export sees it, because it was read with that caller's rights. */
const ofCaller = (ctx: Context): Scope => ({
  where: (row) => sql`${row}.requested_by = ${actorOf(ctx.principal)}`,
});

export const exportsRoutes: readonly Route[] = [
  handle(getExports, (ctx) => list(ctx, Export, ofCaller(ctx))),
  handle(getExport, (ctx, { key }) => findByKey(ctx, Export, key, ofCaller(ctx))),
  handle(getDownloadLink, linkTo),
  handle(downloadExport, download),
];
