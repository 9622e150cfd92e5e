import { isUtf8 } from 'node:buffer';
import { foldText } from '@baton/odata/fold-text';
import sql from 'sql-template-tag';
import type { Access } from '../auth/access.ts';
import type { Principal } from '../auth/principal.ts';
import { asName } from '../contract/name.ts';
import type { Queryable } from '../db/sql.ts';
import { folderUnknown, forbidden } from '../errors.ts';
import type { LiveEvents } from '../events/live.ts';
import { remember } from '../remember.ts';
import type { Address } from './address.ts';
import type { Context, Folder } from './context.ts';

type Headers = Context['headers'];
export interface Place {
  readonly organization: Context['organization'];
  readonly tenant: Context['tenant'];
}

/** The caller, the tenant, and what the caller may do there. */
export interface Caller {
  readonly principal: Principal;
  readonly place: Place;
  readonly access: Access;
}

/**
 * Finds organization, tenant and folder of a call. Each is looked up once and remembered
 * until something changes.
 */
export interface Places {
  find(address: Address, headers: Headers, principal: Principal): Promise<Place>;
  /**
   * For a call that belongs to the organization. A tenant in its URL must be one of the organization's, and
   * means nothing else.
   */
  organization(address: Address, principal: Principal): Promise<Place>;
  folder(
    headers: Headers,
    place: Place,
    access: Access,
    ambient: number | undefined,
  ): Promise<Folder | undefined>;
}

interface PlaceRow {
  readonly organization_id: string;
  readonly organization: string;
  readonly id: number;
  readonly key: string;
  readonly name: string;
}

export function createPlaces(db: Queryable, live: LiveEvents, clock: () => number): Places {
  const allTenants = remember({
    what: 'tenants',
    clock,
    keyOf: () => 'all',
    ask: () =>
      db.query<PlaceRow>(sql`
        select t.id, t.key, t.name, o.id as organization_id, o.name as organization
          from tenants t join organizations o on o.id = t.organization_id where t.is_active order by t.id`),
    // The database is still being filled.
    keeps: (tenants) => tenants.length > 0,
    forgetOn: { live, topics: ['tenants'] },
  });
  const indexOf = remember({
    what: 'folders',
    clock,
    keyOf: String,
    ask: (tenantId: number) => readFolders(db, tenantId),
    forgetOn: { live, topics: ['folders'] },
  });
  const find = async (address: Address, headers: Headers, principal: Principal): Promise<Place> => {
    const row = chooseTenant(await allTenants(undefined), address, headers, principal);
    // One answer for "not there" and "not yours", so that nobody learns anything about other organizations.
    if (!row) throw forbidden('The organization or tenant is unknown or not accessible.');
    return {
      organization: { id: row.organization_id, name: row.organization },
      tenant: { id: row.id, key: row.key, name: row.name },
    };
  };
  return {
    find,
    organization: (address, principal) => find(address, {}, { ...principal, tenantId: undefined }),
    async folder(headers, place, access, ambient) {
      const wanted = folderHeader(headers);
      if (!wanted) return undefined;
      const index = await indexOf(place.tenant.id);
      const folder = lookUp(index, wanted, ambient);
      if (!folder || !access.seesFolder(folder.id)) throw folderUnknown();
      return folder;
    },
  };
}

/**
 * From the URL, else the header, else the token, else the organization's first. Names in any case, or GUIDs.
 */
function chooseTenant(
  rows: readonly PlaceRow[],
  address: Address,
  headers: Headers,
  principal: Principal,
): PlaceRow | undefined {
  const own = rows.filter((row) => row.organization_id === principal.organizationId);
  const inOrganization = address.organization
    ? own.filter((row) => is(address.organization!, row.organization, row.organization_id))
    : own;
  const reachable =
    principal.tenantId === undefined
      ? inOrganization
      : inOrganization.filter((row) => row.id === principal.tenantId);
  const name =
    address.tenant ??
    text(headers['x-uipath-tenantname']) ??
    text(headers['x-uipath-tenantid']) ??
    text(headers['x-uipath-internal-tenantid']);
  return name ? reachable.find((row) => is(name, row.name, row.key)) : reachable[0];
}

const is = (given: string, name: string, id: string): boolean =>
  foldText(asName(given)) === foldText(name) || given.trim().toLowerCase() === id;

/** Node returns the bytes of a header as Latin-1. Clients that do not encode names send them in UTF-8. */
function text(header: string | string[] | undefined): string | undefined {
  if (typeof header !== 'string') return undefined;
  const bytes = NOT_ASCII.test(header) ? Buffer.from(header, 'latin1') : undefined;
  return (bytes && isUtf8(bytes) ? bytes.toString('utf8') : header).trim() || undefined;
}
const NOT_ASCII = /[\x80-\xff]/;

interface FolderIndex {
  readonly byId: ReadonlyMap<number, Folder>;
  readonly byKey: ReadonlyMap<string, Folder>;
  readonly byPath: ReadonlyMap<string, Folder>;
  /** Former paths of folders that were moved or renamed. */
  readonly byFormerPath: ReadonlyMap<string, Folder>;
}

async function readFolders(db: Queryable, tenantId: number): Promise<FolderIndex> {
  const rows = await db.query<Folder>(sql`
    select id, key, path, display_name as "displayName", ancestors from folders where tenant_id = ${tenantId}`);
  const former = await db.query<{ id: number; path: string }>(sql`
    select p.folder_id as id, p.path from former_folder_paths p join folders f on f.id = p.folder_id
     where f.tenant_id = ${tenantId} order by p.until`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    byId,
    byFormerPath: new Map(
      former.flatMap(({ id, path }) => {
        const folder = byId.get(id);
        return folder ? [[foldText(path), folder] as const] : [];
      }),
    ),
    byKey: new Map(rows.map((row) => [row.key, row])),
    byPath: new Map(rows.map((row) => [foldText(row.path), row])),
  };
}

type Wanted = { readonly id: string } | { readonly key: string } | { readonly path: string };

/** Clients may send several at once. The order is id, key, path (auth.md, section 7, inferred). */
function folderHeader(headers: Headers): Wanted | undefined {
  const id = text(headers['x-uipath-organizationunitid']);
  if (id) return { id };
  const key = text(headers['x-uipath-folderkey']);
  if (key) return { key };
  const encoded = text(headers['x-uipath-folderpath-encoded']);
  if (encoded) return { path: Buffer.from(encoded, 'base64').toString('utf16le') };
  const path = text(headers['x-uipath-folderpath']);
  return path ? { path } : undefined;
}

function lookUp(index: FolderIndex, wanted: Wanted, ambient: number | undefined): Folder | undefined {
  if ('id' in wanted) return /^\d{1,15}$/.test(wanted.id) ? index.byId.get(Number(wanted.id)) : undefined;
  if ('key' in wanted) return index.byKey.get(wanted.key.toLowerCase());
  return byPath(index, wanted.path, ambient === undefined ? undefined : index.byId.get(ambient));
}

/** Blanks at the ends of each name on the path are ignored, as when folders are made. */
const foldPath = (path: string): string => path.split('/').map(asName).map(foldText).join('/');

/**
 * Running jobs may name folders relative to their own: `/` is its root, `.` itself, `..` its parent
 * (auth.md, section 7).
 */
function byPath(index: FolderIndex, path: string, ambient: Folder | undefined): Folder | undefined {
  if (!/^(\/|\.\.?(\/|$))/.test(path)) {
    const folded = foldPath(path);
    // A running job was given paths at its start and cannot know that a folder has moved since.
    return index.byPath.get(folded) ?? (ambient && index.byFormerPath.get(folded));
  }
  if (!ambient || (path.length > 1 && path.endsWith('/'))) return undefined;
  const base = path.startsWith('/') ? ambient.path.split('/').slice(0, 1) : ambient.path.split('/');
  for (const step of path.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..') base.pop();
    else base.push(step);
  }
  return index.byPath.get(foldPath(base.join('/')));
}
