import { createReadStream } from 'node:fs';
import { argumentMetadata } from '@baton/nupkg/arguments';
import { InvalidPackage } from '@baton/nupkg/invalid-package';
import { type PackageContents, readPackage } from '@baton/nupkg/read';
import { capabilityFor } from '@baton/nupkg/runtime';
import { parseOptions } from '@baton/odata/options';
import sql from 'sql-template-tag';
import { actorOf } from '../../kernel/auth/principal.ts';
import type { Entity } from '../../kernel/contract/entity.ts';
import { find } from '../../kernel/contract/read-rows.ts';
import type { Queryable, Transaction } from '../../kernel/db/sql.ts';
import { alreadyExists } from '../../kernel/errors.ts';
import { tell } from '../../kernel/events/tell.ts';
import { adopt, withNewKey } from '../../kernel/files/unused-files.ts';
import type { Context } from '../../kernel/http/context.ts';
import type { UploadedFile } from '../../kernel/http/multipart.ts';
import { updateAutomatically } from '../processes/update-automatically.ts';
import { FeedPurpose, Library, Package, PackageType, ProjectType, TargetFramework } from './contract.ts';
import { libraryUploaded, packageUploaded } from './events.ts';
import type { Feed } from './feeds.ts';
import { isPackage } from './find-package.ts';
import { packageSettings } from './settings.ts';
import { versionOrder } from './version-order.ts';

/**
 * Adds a package to a feed, and moves the processes that follow its latest version to it. A version never
 * changes: the second upload of the same version is refused, even if both arrive at once. Each package
 * has a file of its own. A shared file could be deleted with one package while another that needs it is
 * being added.
 */
export async function publishPackage(
  ctx: Context,
  feed: Feed,
  { path, sha256, size }: UploadedFile,
): Promise<Record<string, unknown>> {
  const contents = await readPackage(path, { entries: ctx.setting(packageSettings.entries) });
  requireType(contents, feed);
  await refuseKnown(ctx.db, feed, contents);
  const rowId = await withNewKey(ctx.outside, ctx.files, 'packages', async (fileKey) => {
    await ctx.files.write(fileKey, createReadStream(path));
    return ctx.transaction(async (tx) => {
      const id = await insertPackage(tx, ctx, feed, contents, { sha256, fileKey, size });
      await adopt(tx, fileKey);
      await insertEntryPoints(tx, id, contents);
      await recordUpload(tx, ctx, feed, contents);
      if (feed.purpose === FeedPurpose.Processes) await updateAutomatically(tx, ctx, feed.id, contents.id);
      return id;
    });
  });
  const entity: Entity = feed.purpose === FeedPurpose.Libraries ? Library : Package;
  const everything = { ...ctx, options: parseOptions(entity.type, {}) };
  return find(everything, entity, { where: (row) => sql`${row}.id = ${rowId}` });
}

function requireType({ id, projectType }: PackageContents, { purpose }: Feed): void {
  if (purpose !== FeedPurpose.Processes) return;
  if (projectType === 'Undefined') {
    throw new InvalidPackage('InvalidPackageDetails', id, 'is a NuGet package without an automation in it');
  }
  if (projectType.endsWith('Library')) {
    throw new InvalidPackage(
      'InvalidPackageDetails',
      id,
      'is a library; upload it as one, to /odata/Libraries',
    );
  }
}

/** Refuses early, which saves storing the file. The unique index decides. */
async function refuseKnown(db: Queryable, feed: Feed, { id, version }: PackageContents): Promise<void> {
  const known = await db.first(sql`select from packages p where ${isPackage(sql`p`, feed.id, id, version)}`);
  if (known) throw isThere(id, version);
}

const isThere = (id: string, version: string) => alreadyExists(`Package ${id}:${version} already exists.`);

interface Stored {
  readonly sha256: string;
  readonly fileKey: string;
  readonly size: number;
}

async function insertPackage(
  tx: Transaction,
  ctx: Context,
  feed: Feed,
  of: PackageContents,
  file: Stored,
): Promise<number> {
  const inserted = await tx.first<{ id: number }>(sql`
    insert into packages (
      tenant_id, feed_id, package_id, version, version_order, is_prerelease,
      title, description, authors, owners, summary, release_notes, tags,
      project_url, license_url, icon_url, project_type, package_type, target_framework,
      requires_user_interaction, is_attended, is_compiled, supports_multiple_entry_points,
      main_entry_point_path, runtime_kind, requires, bindings, size, sha256, file_key, publisher)
    values (
      ${ctx.tenant.id}, ${feed.id}::uuid, ${of.id}, ${of.version}, ${versionOrder(of.version)},
      ${of.isPrerelease},
      ${of.title}, ${of.description}, ${of.authors}, ${of.owners}, ${of.summary},
      ${of.releaseNotes}, ${of.tags},
      ${of.projectUrl}, ${of.licenseUrl}, ${of.iconUrl},
      ${ProjectType[of.projectType]}, ${PackageType[of.packageType]}, ${TargetFramework[of.targetFramework]},
      ${of.requiresUserInteraction}, ${of.isAttended}, ${of.isCompiled}, ${of.supportsMultipleEntryPoints},
      ${of.mainEntryPointPath}, ${of.runtime && capabilityFor(of.runtime)}, ${of.requires}::text[],
      ${JSON.stringify(of.bindings)}::jsonb,
      ${file.size}, ${file.sha256}, ${file.fileKey}, ${actorOf(ctx.principal)})
    on conflict do nothing returning id`);
  if (!inserted) throw isThere(of.id, of.version);
  return inserted.id;
}

async function insertEntryPoints(tx: Transaction, packageRowId: number, of: PackageContents): Promise<void> {
  const rows = of.entryPoints.map((point, position) => {
    const { Input, Output } = argumentMetadata(point.input, point.output);
    return {
      position,
      unique_id: point.uniqueId,
      path: point.path,
      type: point.type,
      is_main: point.path === of.mainEntryPointPath,
      input_schema: point.input,
      output_schema: point.output,
      input_arguments: Input,
      output_arguments: Output,
    };
  });
  if (rows.length === 0) return;
  await tx.execute(sql`
    insert into package_entry_points (
      package_row_id, position, unique_id, path, type, is_main,
      input_schema, output_schema, input_arguments, output_arguments)
    select ${packageRowId}, position, unique_id, path, type, is_main,
           input_schema, output_schema, input_arguments, output_arguments
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (
        position int, unique_id uuid, path text, type text, is_main boolean,
        input_schema jsonb, output_schema jsonb, input_arguments text, output_arguments text)`);
}

const recordUpload = (
  tx: Transaction,
  ctx: Context,
  feed: Feed,
  { id, version, projectType }: PackageContents,
) =>
  tell(tx, ctx, feed.purpose === FeedPurpose.Libraries ? libraryUploaded : packageUploaded, [
    {
      key: `${id}:${version}`,
      folderId: feed.folderId,
      payload: { name: id, version, feedId: feed.id, projectType },
    },
  ]);
