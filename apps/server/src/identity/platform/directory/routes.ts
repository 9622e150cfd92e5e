import { foldText } from '@baton/odata/fold-text';
import { escapeLike, oneIsLike } from '@baton/odata/like';
import sql from 'sql-template-tag';
import type { AnswerFor, InputFor } from '../../../kernel/contract/operation.ts';
import { notFound } from '../../../kernel/errors.ts';
import { Reply } from '../../../kernel/http/answer.ts';
import type { Context } from '../../../kernel/http/context.ts';
import { handle, type Route } from '../../../kernel/http/mount.ts';
import {
  bulkResolve,
  bulkResolveByName,
  directoryScopes,
  groupMembers,
  groupMembership,
  resolve,
  resolveByName,
  searchDirectory,
} from './contract.ts';
import { DirectoryType, directoryOf, LOCAL_DOMAIN } from './entities.ts';

export const directoryRoutes: readonly Route[] = [
  handle(searchDirectory, search),
  handle(
    resolve,
    async (ctx, { body }) => (await byIdentifier(ctx, [body.identifier]))[body.identifier] ?? gone(),
  ),
  handle(
    resolveByName,
    async (ctx, { body }) =>
      (await byName(ctx, [body.entityName], body.entityType ?? DirectoryType.user))[body.entityName] ??
      gone(),
  ),
  handle(
    bulkResolve,
    (ctx, { body }) => tooMany('identifiers', body.identifiers) ?? byIdentifier(ctx, body.identifiers),
  ),
  handle(
    bulkResolveByName,
    (ctx, { body }) =>
      tooMany('entityNames', body.entityNames) ??
      byName(ctx, body.entityNames, body.entityType ?? DirectoryType.user),
  ),
  handle(groupMembership, memberships),
  handle(directoryScopes, () => [{ name: LOCAL_DOMAIN, isDefault: true }]),
  handle(groupMembers, members),
];

function gone(): never {
  throw notFound('Entity');
}

const FILTERS: Readonly<Record<string, string>> = {
  localusers: 'user',
  directoryusers: 'user',
  localgroups: 'group',
  directorygroups: 'group',
  robotaccounts: 'robot',
  applications: 'application',
};
const MOST_FOUND = 100;

function search(
  ctx: Context,
  { startsWith, sourceFilter }: InputFor<typeof searchDirectory>,
): Promise<AnswerFor<typeof searchDirectory>> {
  const kinds = (sourceFilter ?? []).flatMap((name) => FILTERS[name.toLowerCase()] ?? []);
  return findEntries(ctx, startsWith ?? '', sourceFilter?.length ? kinds : Object.keys(DirectoryType));
}

/** The first hundred entries whose name, address or shown name begins with the text. */
export async function findEntries(
  ctx: Context,
  prefix: string,
  kinds: readonly string[],
): Promise<DirectoryEntry[]> {
  const rows = await ctx.db.query<Omit<DirectoryEntry, 'type'> & { kind: keyof typeof DirectoryType }>(sql`
    select d.kind, 'local' as source, d.id as identifier, d.name as "identityName",
      d.display_name as "displayName", d.email,
           ${LOCAL_DOMAIN} as domain, d.member ->> 'objectType' as "objectType"
      from (${directoryOf(ctx.organization.id)}) d
     where d.kind = any(${[...kinds]}::text[])
       and ${oneIsLike([sql`d.name`, sql`d.display_name`, sql`d.email`], `${escapeLike(prefix)}%`)}
     order by folded(d.display_name) collate "und-x-icu", d.id limit ${MOST_FOUND}`);
  return rows.map(({ kind, ...row }) => ({ ...row, type: DirectoryType[kind] }));
}

export interface DirectoryEntry {
  readonly source: string;
  readonly identifier: string;
  readonly identityName: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly domain: string;
  readonly objectType: string;
  readonly type: number;
}

const MOST_RESOLVED = 20;

/** The directory service behind this API has a dialect of its own, and clients match these words. */
function tooMany(name: string, given: readonly string[]): Reply | undefined {
  if (given.length <= MOST_RESOLVED) return undefined;
  const body = {
    StatusCode: 400,
    StatusDescription: 'BadRequest',
    Message: `${name} size is larger that maximum supported value of ${MOST_RESOLVED} (Parameter '${name}')`,
  };
  return new Reply(400, JSON.stringify(body), { 'content-type': 'application/json; charset=utf-8' });
}

type Members = Record<string, unknown>;

async function byIdentifier(ctx: Context, ids: readonly string[]): Promise<Members> {
  const rows = await ctx.db.query<{ key: string; member: unknown }>(sql`
    select d.id::text as key, d.member from (${directoryOf(ctx.organization.id)}) d
     where d.id::text = any(${ids.map((id) => id.toLowerCase())}::text[])`);
  return pair(ids, rows);
}

/** By name, or people also by their address, in any case. */
async function byName(ctx: Context, names: readonly string[], type: number): Promise<Members> {
  const kind = Object.entries(DirectoryType).find(([, number]) => number === type)![0];
  const wanted = names.map(foldText);
  const rows = await ctx.db.query<{ key: string; member: unknown }>(sql`
    select w as key, d.member from unnest(${wanted}::text[]) w
      join (${directoryOf(ctx.organization.id)}) d on folded(d.name) = w or folded(d.email) = w
     where d.kind = ${kind} order by folded(d.name) = w`);
  return pair(names, rows);
}

function pair(keys: readonly string[], rows: readonly { key: string; member: unknown }[]): Members {
  const found = new Map(rows.map(({ key, member }) => [key, member]));
  return Object.fromEntries(keys.map((key) => [key, found.get(foldText(key)) ?? null]));
}

async function memberships(
  ctx: Context,
  { body }: InputFor<typeof groupMembership>,
): Promise<AnswerFor<typeof groupMembership>> {
  const rows = await ctx.db.query<{ id: string }>(sql`
    select m.group_id as id from identity_group_members m join identity_groups g on g.id = m.group_id
     where g.organization_id = ${ctx.organization.id} and m.member_id = ${body.userIdentifier}
       and g.id = any(${body.groupIdentifiers}::uuid[])`);
  return rows.map(({ id }) => id);
}

async function members(
  ctx: Context,
  { groupId }: InputFor<typeof groupMembers>,
): Promise<AnswerFor<typeof groupMembers>> {
  const rows = await ctx.db.query<{ member: unknown }>(sql`
    select d.member from (${directoryOf(ctx.organization.id)}) d
      join identity_group_members m on m.member_id = d.id and m.group_id = ${groupId}
        order by folded(d.name) collate "und-x-icu"`);
  return rows.map(({ member }) => member);
}
