import sql, { raw, type Sql } from 'sql-template-tag';
import type { Entity } from '../../kernel/contract/entity.ts';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import type { Scope } from '../../kernel/contract/read-rows.ts';
import { type Constraint, naming } from '../../kernel/db/changing.ts';
import type { Transaction } from '../../kernel/db/sql.ts';
import { CODE, conflict, notFound } from '../../kernel/errors.ts';
import type { Event, Told } from '../../kernel/events/event.ts';
import { tell } from '../../kernel/events/tell.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { AccessibleFolders } from './accessible-folders.ts';
import { accessibleFolders } from './accessible-folders.ts';
import type { ofShared } from './events.ts';
import { checkAllowedIn } from './folders-where-allowed.ts';

export interface SharedRow {
  readonly id: number;
  readonly name: string;
  readonly folder_ids: readonly number[];
}

type SharingEvent = Event<typeof ofShared, 'key'>;

/** A kind of thing that can be in several folders at once: assets, buckets, queues. */
interface Kind<R extends SharedRow> {
  readonly entity: Entity;
  /** The group of its permissions, such as `Assets`. */
  readonly group: string;
  readonly table: string;
  /**
   * One row for each folder where the thing is. The row has the thing's name, which is unique in the folder.
   */
  readonly links: { readonly table: string; readonly column: string; readonly unique: Constraint };
  /** Columns besides id and name that events and `moved` read. */
  readonly columns: string;
  readonly events: { readonly updated: SharingEvent; readonly deleted: SharingEvent };
  /** What events say of the thing. */
  readonly toldOf: (row: R) => Told<SharingEvent>;
  /**
   * What happens if a thing would be in no folder any more. The call is refused if more than the thing itself
   * would be lost.
   */
  readonly inNoFolder: 'is deleted' | 'is refused';
  /** Runs after folders were added and taken away and before the event, in the same transaction. */
  readonly moved?: (tx: Transaction, ctx: Context, row: R, left: readonly number[]) => Promise<void>;
}

export interface Sharing {
  /** The rows of all folders where the caller may see them, without those of one folder. For `list`. */
  across(ctx: Context, excludeFolderId: number | null | undefined): Scope;
  /** The folders where a thing is. */
  foldersOf(ctx: Context, id: number): Promise<OutputOf<typeof AccessibleFolders>>;
  share(ctx: Context, ids: readonly number[], change: Change): Promise<void>;
  /** Refuses unless the caller may delete the thing in each folder where it is. Its row must be locked. */
  checkDeletable(tx: Transaction, ctx: Context, id: number): Promise<void>;
}

interface Change {
  readonly ToAddFolderIds?: readonly number[] | null | undefined;
  readonly ToRemoveFolderIds?: readonly number[] | null | undefined;
}

export function sharing<R extends SharedRow>(kind: Kind<R>): Sharing {
  const { entity, group, events } = kind;
  const links = raw(kind.links.table);
  const column = raw(kind.links.column);
  const thing = entity.label.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const foldersWith = (id: Sql): Sql => sql`select l.folder_id from ${links} l where l.${column} = ${id}`;

  /** Locks rows in the order of their ids, so that two calls at once do not deadlock. */
  async function lock(tx: Transaction, ctx: Context, ids: readonly number[]): Promise<readonly R[]> {
    const rows = await tx.query<R>(sql`
      select s.id, s.name, ${raw(kind.columns)}, array(${foldersWith(sql`s.id`)} order by 1) as folder_ids
        from ${raw(kind.table)} s where s.tenant_id = ${ctx.tenant.id} and s.id = any(${ids}::bigint[])
       order by s.id for no key update`);
    const seen = rows.filter(({ folder_ids: folders }) =>
      folders.some((id) => ctx.access.can(`${group}.View`, id)),
    );
    if (seen.length < new Set(ids).size) throw notFound(entity.label);
    return seen;
  }

  async function move(
    tx: Transaction,
    { id, name }: R,
    toAdd: readonly number[],
    toRemove: readonly number[],
  ) {
    await naming({ [kind.links.unique]: name }, () =>
      tx.execute(sql`
        insert into ${links} (${column}, folder_id, name) select ${id}, unnest(${toAdd}::bigint[]), ${name}
        on conflict (${column}, folder_id) do nothing`),
    );
    await tx.execute(sql`
      delete from ${links} where ${column} = ${id} and folder_id = any(${toRemove}::bigint[])`);
    const left = await tx.query<{ folder_id: number }>(sql`${foldersWith(sql`${id}`)} order by 1`);
    return left.map((row) => row.folder_id);
  }

  async function shareOne(
    tx: Transaction,
    ctx: Context,
    row: R,
    toAdd: readonly number[],
    toRemove: readonly number[],
  ) {
    const left = await move(tx, row, toAdd, toRemove);
    if (left.length === 0) {
      if (kind.inNoFolder === 'is refused')
        throw conflict(
          CODE.ForbiddenOperation,
          `The ${thing} ${row.name} would be in no folder any more: delete it instead.`,
        );
      await tx.execute(sql`delete from ${raw(kind.table)} where id = ${row.id}`);
    } else await kind.moved?.(tx, ctx, row, left);
    const { key, payload } = kind.toldOf(row);
    const moved = { toAddFolderIds: [...toAdd], toRemoveFolderIds: [...toRemove] };
    await tell(tx, ctx, left.length === 0 ? events.deleted : events.updated, [
      { key, folderId: row.folder_ids[0], payload: { ...payload, ...moved } },
    ]);
  }

  return {
    across: (ctx, excludeFolderId) => ({
      folder: ctx.access.folders(`${group}.View`),
      where: (row) => sql`not exists (${foldersWith(sql`${row}.id`)} and l.folder_id = ${excludeFolderId})`,
    }),
    foldersOf: (ctx, id) => accessibleFolders(ctx, foldersWith(sql`${id}`), `${group}.View`, entity.label),
    /**
     * Adding a thing to a folder is like creating it there, and taking it out is like deleting it there. The
     * caller needs these rights in the named folders, and the right to see each thing in one of its folders.
     * All or nothing.
     */
    async share(ctx, ids, { ToAddFolderIds, ToRemoveFolderIds }) {
      const toAdd = ToAddFolderIds ?? [];
      const toRemove = ToRemoveFolderIds ?? [];
      await ctx.transaction(async (tx) => {
        await checkAllowedIn(tx, ctx, toAdd, `${group}.Create`);
        await checkAllowedIn(tx, ctx, toRemove, `${group}.Delete`);
        for (const row of await lock(tx, ctx, ids)) await shareOne(tx, ctx, row, toAdd, toRemove);
      });
    },
    async checkDeletable(tx, ctx, id) {
      const folders = await tx.query<{ folder_id: number }>(foldersWith(sql`${id}`));
      if (folders.every((row) => ctx.access.can(`${group}.Delete`, row.folder_id))) return;
      throw conflict(
        CODE.ForbiddenOperation,
        `The ${thing} is also in a folder where you may not delete it: take it out of the others (ShareToFolders).`,
      );
    },
  };
}
