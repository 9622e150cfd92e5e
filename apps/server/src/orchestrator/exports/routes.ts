import sql from 'sql-template-tag';
import { actorOf } from '../../kernel/auth/principal.ts';
import { findByKey } from '../../kernel/contract/read-rows.ts';
import { handle, type Route } from '../../kernel/http/mount.ts';
import { downloadExport, Export, getDownloadLink, getExport } from './contract.ts';
import { download, linkTo } from './download.ts';

export const exportsRoutes: readonly Route[] = [
  // What somebody exported is theirs alone: it was read with their rights.
  handle(getExport, (ctx, { key }) =>
    findByKey(ctx, Export, key, { where: (row) => sql`${row}.requested_by = ${actorOf(ctx.principal)}` }),
  ),
  handle(getDownloadLink, linkTo),
  handle(downloadExport, download),
];
