import { parseVersion } from '@baton/nupkg/version';
import sql, { type Sql } from 'sql-template-tag';
import type { Queryable } from '../../kernel/db/sql.ts';
import { notFound } from '../../kernel/errors.ts';
import { versionOrder } from './version-order.ts';

export interface PackageRow {
  readonly id: number;
  readonly packageId: string;
  readonly version: string;
  readonly feedId: string;
  readonly projectType: number;
  readonly requiresUserInteraction: boolean;
  /** Labels that its hosts must have. */
  readonly requires: readonly string[];
  readonly sha256: string;
  readonly fileKey: string;
  readonly size: number;
}

const COLUMNS = sql`
  id, package_id as "packageId", version, feed_id as "feedId", project_type as "projectType",
  requires_user_interaction as "requiresUserInteraction", requires, sha256, file_key as "fileKey", size`;

/** An id has no colon, so the last one separates id and version. A key without a colon is an id alone. */
export function splitKey(key: string): { readonly packageId: string; readonly version: string | undefined } {
  const colon = key.lastIndexOf(':');
  return colon < 0
    ? { packageId: key, version: undefined }
    : { packageId: key.slice(0, colon), version: key.slice(colon + 1) };
}

/**
 * Selects the rows of a package, or of one version of it, in whatever spelling the two are written. Selects
 * none if the version is not valid.
 */
export function isPackage(row: Sql, feedId: string, packageId: string, version?: string): Sql {
  const ofPackage = sql`${row}.feed_id = ${feedId}::uuid and folded(${row}.package_id) = folded(${packageId})`;
  if (version === undefined) return ofPackage;
  if (!parseVersion(version)) return sql`false`;
  return sql`${ofPackage} and ${row}.version_order = ${versionOrder(version)}`;
}

const P = sql`p`;

export async function findPackage(
  db: Queryable,
  feedId: string,
  packageId: string,
  version: string,
): Promise<PackageRow> {
  const found = await db.first<PackageRow>(sql`
    select ${COLUMNS} from packages p where ${isPackage(P, feedId, packageId, version)}`);
  if (!found) throw notFound(`Package ${packageId}:${version}`);
  return found;
}

/** The newest version. Prereleases count too, as in the feeds of Orchestrator. */
export async function latestPackage(db: Queryable, feedId: string, packageId: string): Promise<PackageRow> {
  const found = await db.first<PackageRow>(sql`
    select ${COLUMNS} from packages p where ${isPackage(P, feedId, packageId)}
      order by p.version_order desc limit 1`);
  if (!found) throw notFound(`Package ${packageId}`);
  return found;
}

/** Finds a version by its key, `Id:Version`. */
export function findByPackageKey(db: Queryable, feedId: string, key: string): Promise<PackageRow> {
  const { packageId, version } = splitKey(key);
  if (version === undefined) throw notFound(`Package ${key}`);
  return findPackage(db, feedId, packageId, version);
}
