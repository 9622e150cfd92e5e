import { foldText } from '@baton/odata/fold-text';
import sql from 'sql-template-tag';
import type { OutputOf } from '../../kernel/contract/fields.ts';
import type { AnswerFor, InputFor } from '../../kernel/contract/operation.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { getAllForCurrentUser } from './contract.ts';
import type { ExtendedFolder } from './entities.ts';
import { FolderType } from './entities.ts';
import type {
  getAllFoldersForCurrentUser,
  getFolderNavigationContext,
  getFoldersForCurrentUser,
} from './navigation-contract.ts';

interface Row {
  readonly Id: number;
  readonly Key: string;
  readonly DisplayName: string;
  readonly FullyQualifiedName: string;
  readonly Description: string | null;
  readonly FolderType: number;
  readonly ProvisionType: number;
  readonly PermissionModel: number;
  readonly FeedType: number;
  readonly ParentId: number | null;
  readonly ParentKey: string | null;
  readonly ancestors: readonly number[];
}

interface Tree {
  /**
   * Folders in which the caller holds a role, or all folders if the role counts everywhere. Ordered by path.
   */
  readonly selectable: readonly Row[];
  /** The same folders, with those on the way to them. */
  readonly shown: readonly Row[];
}

/** Picks the folders of a caller here and not in SQL, because `access` already knows what the caller sees. */
async function treeOf({ db, access, tenant }: Context): Promise<Tree> {
  const rows = await db.query<Row>(sql`
    select f.id as "Id", f.key as "Key", f.display_name as "DisplayName", f.path as "FullyQualifiedName",
           f.description as "Description", f.folder_type as "FolderType", f.provision_type as "ProvisionType",
           f.permission_model as "PermissionModel", f.feed_type as "FeedType", f.parent_id as "ParentId",
           p.key as "ParentKey", f.ancestors
      from folders f left join folders p on p.id = f.parent_id
     where f.tenant_id = ${tenant.id}
       and (f.owner_user_id is null or f.owner_user_id = ${access.user?.id ?? null})
     order by folded(f.path) collate "und-x-icu"`);
  const selectable = rows.filter((row) => access.seesFolder(row.Id));
  const onTheWay = new Set(selectable.flatMap((row) => [...row.ancestors, row.Id]));
  return { selectable, shown: rows.filter((row) => onTheWay.has(row.Id)) };
}

const pageOf = <T>(rows: readonly T[], skip: number | null | undefined, take: number): readonly T[] =>
  rows.slice(skip ?? 0, (skip ?? 0) + take);

const isPersonal = (row: Row): boolean => row.FolderType === FolderType.Personal;

export async function allForCurrentUser(
  ctx: Context,
  { skip, take }: InputFor<typeof getAllForCurrentUser>,
): Promise<AnswerFor<typeof getAllForCurrentUser>> {
  const { selectable } = await treeOf(ctx);
  return { PageItems: pageOf(selectable, skip, take ?? 1000), Count: selectable.length };
}

export async function searchForCurrentUser(
  ctx: Context,
  { skip, take, searchText, folderTypes }: InputFor<typeof getFoldersForCurrentUser>,
): Promise<AnswerFor<typeof getFoldersForCurrentUser>> {
  const wanted = foldText(searchText ?? '');
  const found = (await treeOf(ctx)).selectable.filter(
    (row) =>
      foldText(row.DisplayName).includes(wanted) &&
      (!folderTypes?.length || folderTypes.includes(row.FolderType)),
  );
  const items = pageOf(found, skip, take ?? 100).map((row) => ({
    ...row,
    FolderPath: row.FullyQualifiedName,
    IsPersonal: isPersonal(row),
  }));
  return { PageItems: items, Count: found.length };
}

export async function allFoldersForCurrentUser(
  ctx: Context,
): Promise<AnswerFor<typeof getAllFoldersForCurrentUser>> {
  const tree = await treeOf(ctx);
  return extended(tree, tree.shown);
}

/**
 * Rows with the members that a tree view needs. `HasChildren` counts only children that the caller may see.
 */
function extended(
  { selectable, shown }: Tree,
  rows: readonly Row[],
): readonly OutputOf<typeof ExtendedFolder>[] {
  const ids = new Set(selectable.map((row) => row.Id));
  const parents = new Set(shown.map((row) => row.ParentId));
  return rows.map((row) => ({
    ...row,
    IsPersonal: isPersonal(row),
    IsSelectable: ids.has(row.Id),
    HasChildren: parents.has(row.Id),
    Level: row.ancestors.length,
  }));
}

export async function navigationContext(
  ctx: Context,
  { folderId, skip, take }: InputFor<typeof getFolderNavigationContext>,
): Promise<AnswerFor<typeof getFolderNavigationContext>> {
  const tree = await treeOf(ctx);
  const folder = tree.shown.find((row) => row.Id === folderId);
  if (folderId != null && !folder) throw notFound('Folder');
  const children = tree.shown.filter((row) => row.ParentId === (folder?.Id ?? null));
  return {
    Id: folder?.Id ?? null,
    DisplayName: folder?.DisplayName ?? null,
    IsSelectable: folder !== undefined && tree.selectable.includes(folder),
    IsPersonal: folder !== undefined && isPersonal(folder),
    ProvisionType: folder?.ProvisionType ?? null,
    Ancestors: tree.shown.filter((row) => folder?.ancestors.includes(row.Id)),
    ChildrenPage: extended(tree, pageOf(children, skip, take ?? 100)),
    ChildrenCount: children.length,
  };
}
