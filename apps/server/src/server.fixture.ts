import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sql from 'sql-template-tag';
import { answerChecker } from '../../../packages/odata/src/check-answer.fixture.ts';
import { AREAS, routes, seedTenant } from './areas.ts';
import { type Assembled, assemble, firstOrganization, type Ground } from './assemble.ts';
import { type Config, readConfig } from './config.ts';
import type { FirstStart } from './identity/seed.ts';
import { FULL_ACCESS } from './kernel/auth/principal.ts';
import { MACHINE_CLOCK } from './kernel/clock.ts';
import { metadataOf } from './kernel/contract/edm.ts';
import { FORGOTTEN } from './kernel/contract/write-answer.ts';
import type { Database } from './kernel/db/sql.ts';
import { type Ends, silent, stopsOf, testDatabase } from './kernel/db/test-database.ts';
import { folderStore } from './kernel/files/folder-store.ts';
import { createSealer } from './kernel/secrets/seal.ts';

/**
 * A whole server for a test, on a loopback port and with its own database. It ends with the test. Pass the
 * test's context, or `{ after }` of node:test for a whole file.
 */
export interface TestServer {
  readonly url: string;
  readonly db: Database;
  /** For another process on the same database. */
  readonly databaseUrl: string;
  /** The folder of its files. */
  readonly dataFolder: string;
  readonly parts: Parts;
  /** The first administrator, without a folder: use `.in(server.folder.id)` where one is needed. */
  readonly admin: Caller;
  /** A caller without a token. */
  readonly anonymous: Caller;
  /** `Shared`, which every tenant begins with. */
  readonly folder: { readonly id: number; readonly key: string; readonly path: string };
  readonly tenant: { readonly id: number; readonly key: string; readonly name: string };
  readonly organizationId: string;
  /** The administrator of another tenant of the organization. */
  readonly otherTenant: Caller;
  readonly otherFolder: { readonly id: number };
  /** A user with just these rights. */
  user(rights?: UserRights): Promise<Caller>;
  /** An external application with these scopes. */
  app(scopes: readonly string[]): Promise<Caller>;
}

/**
 * The compiler cannot see the columns of a statement, so an answer that lacks a member fails the test here.
 */
FORGOTTEN.subscribe((forgotten) => {
  throw new Error(`An answer lacks a declared member: ${JSON.stringify(forgotten)}`);
});

type Parts = Assembled & { readonly first: FirstStart };

export interface UserRights {
  /** Names of roles in the tenant. */
  readonly roles?: readonly string[];
  /** Names of roles by folder id. */
  readonly folderRoles?: Readonly<Record<number, readonly string[]>>;
  /**
   * These become a role of their own: the folder permissions in `folder` (default: Shared), and the same ones
   * in the tenant.
   */
  readonly permissions?: readonly string[];
  readonly folder?: number;
  /** The scopes of the token. Default: all. */
  readonly scopes?: readonly string[];
}

export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies freely
  readonly body: any;
  readonly text: string;
  readonly headers: Headers;
}

/** Someone who calls. */
export interface Caller {
  readonly token: string | undefined;
  /** users.id in the tenant, for callers that are users. */
  readonly userId: number | undefined;
  in(folderId: number | undefined): Caller;
  with(headers: Readonly<Record<string, string>>): Caller;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  put(path: string, body?: unknown): Promise<Answer>;
  patch(path: string, body?: unknown): Promise<Answer>;
  delete(path: string, body?: unknown): Promise<Answer>;
  /** Multipart. The field name is `file` by default. */
  upload(
    path: string,
    file:
      | { fileName: string; bytes: Uint8Array; field?: string }
      | readonly { fileName: string; bytes: Uint8Array; field?: string }[],
  ): Promise<Answer>;
  send(method: string, path: string, init?: RequestInit): Promise<Answer>;
}

export async function testServer(
  t: Ends,
  settings: Readonly<Record<string, string>> = {},
  {
    log = silent(),
    now,
    areas = AREAS,
    // Tests of the console name one. All others see the same pages whether it is built or not.
    consoleFolder = join(tmpdir(), 'baton-no-console'),
  }: Partial<Pick<Ground, 'log' | 'areas' | 'consoleFolder'>> & { readonly now?: () => number } = {},
): Promise<TestServer> {
  const atEnd = stopsOf(t);
  const testClock = settings.BATON_TEST_CLOCK === 'true';
  const { db, url: databaseUrl, drop } = await testDatabase(undefined, { testClock });
  atEnd(drop);
  const dataFolder = settings.BATON_DATA ?? (await mkdtemp(join(tmpdir(), 'baton-server-')));
  atEnd(() => rm(dataFolder, { recursive: true, force: true }));
  const env = {
    BATON_DATA: dataFolder,
    BATON_PORT: '0',
    BATON_PASSWORD_SIGN_IN: 'true',
    BATON_TRAFFIC: process.env.BATON_TRAFFIC,
    ...settings,
  };
  const config: Config = readConfig(env, areas);
  const [key] = config.encryptionKeys;
  const first = await firstOrganization(db, undefined, areas);
  const assembled = await assemble({
    config,
    db,
    sealer: createSealer([key ? Buffer.from(key, 'base64') : randomBytes(32)]),
    files: folderStore(join(dataFolder, 'files')),
    log,
    areas,
    consoleFolder,
    clock: now && { ...MACHINE_CLOCK, now },
  });
  atEnd(() => assembled.stop());
  const parts: Parts = { ...assembled, first };
  const url = await parts.app.listen({ host: config.host, port: config.port });
  return serverOf(url, { db, databaseUrl, dataFolder }, parts);
}

async function serverOf(
  url: string,
  { db, databaseUrl, dataFolder }: Pick<TestServer, 'db' | 'databaseUrl' | 'dataFolder'>,
  parts: Parts,
): Promise<TestServer> {
  const { organization, tenant } = parts.first;
  const admin = await db.first<{ id: string; user_id: number }>(sql`
    select i.id, u.id as user_id from identity_users i join users u on u.directory_identifier = i.id and u.tenant_id = ${tenant.id} limit 1`);
  const adminToken = await userToken(parts, organization.id, admin!.id, [FULL_ACCESS]);
  const other = await addTenant(db, organization.id, admin!.id);
  const folder = (await sharedFolder(db, tenant.id))!;
  return {
    url,
    db,
    databaseUrl,
    dataFolder,
    parts,
    tenant,
    organizationId: organization.id,
    folder,
    admin: callerOf({ base: url, token: adminToken, userId: admin!.user_id, headers: {} }),
    anonymous: callerOf({ base: url, token: undefined, userId: undefined, headers: {} }),
    otherTenant: callerOf({
      base: `${url}/${organization.name}/${other.name}/orchestrator_`,
      token: adminToken,
      userId: other.adminUserId,
      headers: {},
    }),
    otherFolder: (await sharedFolder(db, other.id))!,
    async user(rights = {}) {
      const { subject, userId } = await addUser(db, organization.id, tenant.id, folder.id, rights);
      parts.services.live.notify('access');
      const token = await userToken(parts, organization.id, subject, rights.scopes ?? [FULL_ACCESS]);
      return callerOf({ base: url, token, userId, headers: {} });
    },
    async app(scopes) {
      const clientId = randomUUID();
      await db.execute(sql`
        insert into external_apps (client_id, organization_id, name, app_scopes) values (${clientId}, ${organization.id}, ${clientId}, ${[...scopes]})`);
      const token = await parts.identity.issueToken({
        kind: 'app',
        subject: clientId,
        organizationId: organization.id,
        scopes: [...scopes],
        lifetimeSeconds: lifetimeOf(parts),
      });
      return callerOf({ base: url, token, userId: undefined, headers: {} });
    },
  };
}

/** In seconds. Tokens outlive the turns of a test clock. */
const lifetimeOf = ({ services }: Parts): number => (services.clock.turning ? 10 * 365 * 86_400 : 3600);

/**
 * Lets time pass for the server and its database, and waits until the work that became due is done.
 * It needs the setting BATON_TEST_CLOCK.
 */
export async function passTime({ parts, db }: TestServer, milliseconds: number): Promise<void> {
  const turning = parts.services.clock.turning!;
  await db.transaction((tx) => turning.turn(tx, { by: milliseconds }));
  await turning.caughtUp();
}

const userToken = (
  parts: Parts,
  organizationId: string,
  subject: string,
  scopes: readonly string[],
): Promise<string> =>
  parts.identity.issueToken({
    kind: 'user',
    subject,
    clientId: 'tests',
    organizationId,
    scopes: [...scopes],
    lifetimeSeconds: lifetimeOf(parts),
  });

const sharedFolder = (db: Database, tenantId: number) =>
  db.first<{ id: number; key: string; path: string }>(
    sql`select id, key, path from folders where tenant_id = ${tenantId} and path = 'Shared'`,
  );

async function addTenant(
  db: Database,
  organizationId: string,
  adminSubject: string,
): Promise<{ id: number; name: string; adminUserId: number }> {
  return db.transaction(async (tx) => {
    const tenant = (await tx.first<{ id: number; name: string }>(sql`
      insert into tenants (organization_id, name, display_name) values (${organizationId}, 'Other', 'Other') returning id, name`))!;
    await seedTenant(tx, { tenantId: tenant.id, adminSubject, adminUserName: 'admin', adminEmail: null });
    const user = await tx.first<{ id: number }>(
      sql`select id from users where tenant_id = ${tenant.id} and directory_identifier = ${adminSubject}::uuid`,
    );
    return { ...tenant, adminUserId: user!.id };
  });
}

async function addUser(
  db: Database,
  organizationId: string,
  tenantId: number,
  folderId: number,
  rights: UserRights,
): Promise<{ subject: string; userId: number }> {
  const name = `user-${randomBytes(4).toString('hex')}`;
  return db.transaction(async (tx) => {
    const subject = (await tx.first<{ id: string }>(sql`
      insert into identity_users (organization_id, user_name) values (${organizationId}, ${name}) returning id`))!
      .id;
    const userId = (await tx.first<{ id: number }>(sql`
      insert into users (tenant_id, user_name, directory_identifier) values (${tenantId}, ${name}, ${subject}) returning id`))!
      .id;
    if (rights.permissions) {
      const roleId = (await tx.first<{ id: number }>(sql`
        insert into roles (tenant_id, name, display_name, type) values (${tenantId}, ${name}, ${name}, 1) returning id`))!
        .id;
      await tx.execute(
        sql`insert into role_permissions (role_id, permission) select ${roleId}, unnest(${[...rights.permissions]}::text[])`,
      );
      await tx.execute(sql`insert into user_roles (user_id, role_id) values (${userId}, ${roleId})`);
      await tx.execute(
        sql`insert into folder_users (folder_id, user_id, role_id) values (${rights.folder ?? folderId}, ${userId}, ${roleId})`,
      );
    }
    await tx.execute(sql`
      insert into user_roles (user_id, role_id) select ${userId}, id from roles where tenant_id = ${tenantId} and name = any(${[...(rights.roles ?? [])]})`);
    for (const [folder, names] of Object.entries(rights.folderRoles ?? {})) {
      await tx.execute(sql`
        insert into folder_users (folder_id, user_id, role_id)
        select ${Number(folder)}, ${userId}, id from roles where tenant_id = ${tenantId} and name = any(${[...names]})`);
    }
    return { subject, userId };
  });
}

interface CallerState {
  readonly base: string;
  readonly token: string | undefined;
  readonly userId: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** Someone who calls with any token, e.g. one that a test got from the token endpoint. */
export const callerWith = (base: string, token: string | undefined): Caller =>
  callerOf({ base, token, userId: undefined, headers: {} });

/** A person of Identity, signed in by the product's own pages. `id` is from identity_users. */
export async function signedIn(server: TestServer, id: string): Promise<Caller> {
  const token = await server.parts.identity.issueToken({
    kind: 'user',
    subject: id,
    clientId: 'tests',
    organizationId: server.organizationId,
    scopes: ['OrchestratorApiUserAccess'],
    lifetimeSeconds: 600,
  });
  return callerWith(server.url, token);
}

function callerOf(state: CallerState): Caller {
  const send = async (method: string, path: string, init: RequestInit = {}): Promise<Answer> => {
    const authorization = state.token === undefined ? {} : { authorization: `Bearer ${state.token}` };
    const url = path.startsWith('http') ? path : state.base + path;
    const response = await fetch(url, {
      method,
      ...init,
      headers: { ...authorization, ...state.headers, ...(init.headers as object) },
    });
    const text = await response.text();
    const body = parse(text);
    const faults = faultsOf(body);
    if (faults.length > 0) throw new Error(`${method} ${path}: ${faults.slice(0, 10).join('; ')}`);
    return { status: response.status, body, text, headers: response.headers };
  };
  const json = (method: string) => (path: string, body?: unknown) =>
    send(
      method,
      path,
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
    );
  return {
    token: state.token,
    userId: state.userId,
    in(folderId) {
      const { 'x-uipath-organizationunitid': _, ...headers } = state.headers;
      return callerOf({
        ...state,
        headers:
          folderId === undefined ? headers : { ...headers, 'x-uipath-organizationunitid': String(folderId) },
      });
    },
    with: (headers) => callerOf({ ...state, headers: { ...state.headers, ...headers } }),
    get: (path) => send('GET', path),
    post: json('POST'),
    put: json('PUT'),
    patch: json('PATCH'),
    delete: json('DELETE'),
    upload(path, files) {
      const form = new FormData();
      for (const file of Array.isArray(files) ? files : [files])
        form.append(file.field ?? 'file', new Blob([file.bytes]), file.fileName);
      return send('POST', path, { body: form });
    },
    send,
  };
}

/** Every answer that a test reads is also checked against `$metadata`. */
let checker: ((answer: unknown) => string[]) | undefined;
const faultsOf = (answer: unknown): string[] =>
  (checker ??= answerChecker(metadataOf(routes.map(({ operation }) => operation))))(answer);

function parse(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
