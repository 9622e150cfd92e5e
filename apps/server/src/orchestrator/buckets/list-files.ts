import { escapeLike, oneIsLike } from '@baton/odata/like';
import { by } from '@baton/odata/order';
import sql, { empty, type Sql } from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { find, list, type Page, type Scope } from '../../kernel/contract/read-rows.ts';
import { invalid } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import { linksTo } from './file-links.ts';
import { directoryPath, filePath, pathPrefix } from './file-path.ts';
import {
  BlobFile,
  type getDirectories,
  type getFile,
  type getFiles,
  type listFiles,
} from './files-contract.ts';
import { requireBucket } from './find-bucket.ts';

const byPath: Pick<Scope, 'order'> = {
  order: (row) => [by(sql`${row}.path`, 'Edm.String', { isUnique: true })],
};

const rowsOf = (condition: Sql): Sql => sql`(
  select f.path, '/' || f.path as full_path, f.content_type, f.size, false as is_directory
    from bucket_files f where ${condition})`;

export async function listInDirectory(
  ctx: Context,
  { key, directory, recursive, fileNameGlob }: InputFor<typeof getFiles>,
): Promise<Page> {
  const below = directoryPath(directory);
  const bucket = await requireBucket(ctx.db, ctx, key);
  const there = recursive ? sql`starts_with(f.path, ${below})` : sql`f.directory = ${below}`;
  const named = fileNameGlob
    ? sql`and ${oneIsLike([sql`substr(f.path, length(f.directory) + 1)`], patternOf(fileNameGlob))}`
    : empty;
  return list(ctx, BlobFile, {
    ...byPath,
    from: rowsOf(sql`f.bucket_id = ${bucket.id} and ${there} ${named}`),
  });
}

/**
 * Finds each directory with one look into the index, which skips everything in the directory before it: '0'
 * is the byte after '/'. The cost depends on the number of directories shown, not on the number of files.
 */
export async function listDirectories(
  ctx: Context,
  { key, directory, fileNameGlob }: InputFor<typeof getDirectories>,
): Promise<Page> {
  const above = directoryPath(directory);
  const bucket = await requireBucket(ctx.db, ctx, key);
  const next = (from: Sql): Sql => sql`(
    select f.bucket_id, ${above}::text || split_part(substr(f.directory, length(${above}::text) + 1), '/', 1) as path
      from bucket_files f
     where f.bucket_id = ${bucket.id} and f.directory >= ${from} and starts_with(f.directory, ${above})
       and f.directory <> ${above}
     order by f.directory limit 1)`;
  const named = fileNameGlob
    ? sql`where ${oneIsLike([sql`substr(path, length(${above}::text) + 1)`], patternOf(fileNameGlob))}`
    : empty;
  return list(ctx, BlobFile, {
    ...byPath,
    from: sql`(
      with recursive children as (
        ${next(sql`${above}`)}
        union all
        select n.* from children c cross join lateral ${next(sql`c.path || '0'`)} n)
      select path, '/' || path as full_path, null::text as content_type, 0::bigint as size, true as is_directory
        from children ${named})`,
  });
}

export async function showFile(
  ctx: Context,
  { key, path }: InputFor<typeof getFile>,
): Promise<AnswerFor<typeof getFile>> {
  const wanted = filePath(path);
  const bucket = await requireBucket(ctx.db, ctx, key);
  return find(ctx, BlobFile, {
    from: rowsOf(sql`f.bucket_id = ${bucket.id}`),
    where: (row) => sql`${row}.path = ${wanted}`,
  });
}

const DEFAULT_TAKE = 500;

interface ItemRow {
  readonly id: number;
  readonly path: string;
  readonly contentType: string;
  readonly size: number;
  readonly lastModified: string;
}

export async function listPage(
  ctx: Context,
  input: InputFor<typeof listFiles>,
): Promise<AnswerFor<typeof listFiles>> {
  const take = input.takeHint || DEFAULT_TAKE;
  const after = input.continuationToken ? pathOf(input.continuationToken) : '';
  const bucket = await requireBucket(ctx.db, ctx, input.id);
  const rows = await ctx.db.query<ItemRow>(sql`
    select f.id, f.path, f.content_type as "contentType", f.size, f.modified_at as "lastModified" from bucket_files f
     where f.bucket_id = ${bucket.id} and starts_with(f.path, ${pathPrefix(input.prefix)}) and f.path > ${after}
     order by f.path limit ${take + 1}`);
  const page = rows.slice(0, take);
  const links = input.expiryInMinutes ? await linksTo(ctx, bucket, page, input.expiryInMinutes) : [];
  return {
    items: page.map(({ path, contentType, size, lastModified }, i) => ({
      fullPath: `/${path}`,
      contentType,
      size,
      lastModified,
      accessInfo: links[i] ?? null,
    })),
    continuationToken: rows.length > take ? tokenOf(page.at(-1)!.path) : null,
  };
}

/**
 * The path at which the page before ended. The token gives no rights: a caller who makes one up only chooses
 * where to read on.
 */
const tokenOf = (path: string): string => Buffer.from(path).toString('base64url');

function pathOf(token: string): string {
  const path = Buffer.from(token, 'base64url').toString();
  if (tokenOf(path) !== token || path.includes('\0'))
    throw invalid('continuationToken', 'is not of an earlier page');
  return path;
}

/** A glob as the pattern of `like`. */
const patternOf = (glob: string): string => escapeLike(glob).replaceAll('*', '%').replaceAll('?', '_');
