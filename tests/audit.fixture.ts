import assert from 'node:assert/strict';
import type { Database } from '../apps/server/src/kernel/db/sql.ts';

/**
 * What says who may do what, and of changed rows the columns that count. A user of a tenant without a role
 * may do nothing, so that one is made is told by what comes with it.
 */
const WATCHED: Readonly<
  Record<string, { readonly update?: readonly string[]; readonly insert?: false; readonly delete?: false }>
> = {
  identity_users: {
    update: [
      'user_name',
      'email',
      'password_hash',
      'type',
      'is_active',
      'is_organization_admin',
      'must_change_password',
      'has_given_password',
      'bypasses_basic_auth_restriction',
      'has_accepted_invitation',
      'attributes',
      'session_stamp',
    ],
  },
  identity_groups: { update: ['name'] },
  identity_group_members: { update: ['group_id'] },
  robot_accounts: { update: ['name', 'display_name'] },
  external_apps: { update: ['name', 'app_scopes', 'user_scopes', 'redirect_uris'] },
  external_app_secrets: { update: ['hash'] },
  personal_access_tokens: { update: ['hash', 'scopes', 'expires_at'] },
  second_factors: { update: ['is_confirmed'], insert: false },
  recovery_codes: { update: ['hash'] },
  consents: { update: ['scopes'] },
  // Who signs out, or comes no more, takes nothing away.
  browser_sessions: { update: ['ended_at'], insert: false, delete: false },
  sign_in_provider_users: {},
  identity_user_logins: {},
  users: { update: ['is_active', 'may_have_unattended_session', 'unattended_password'], insert: false },
  user_roles: {},
  folder_users: {},
  roles: { update: ['name'] },
  role_permissions: {},
  sign_in_policies: { update: ['password_expiration_days', 'requires_second_factor', 'min_password_length'] },
  sign_in_providers: { update: ['name', 'issuer', 'client_id', 'client_secret', 'is_active'] },
  authentication_settings: { update: ['settings', 'client_secret'] },
  organization_access_restrictions: {},
  organization_access_members: {},
  organization_message_templates: { update: ['value'] },
  identity_settings: { update: ['value'] },
  saml_certificates: { update: ['is_primary'] },
  scim_tokens: {},
};

/**
 * From now on the database itself notes each transaction that changes such a row and writes nothing to the
 * audit.
 */
export async function watchAudit(db: Database): Promise<void> {
  const run = (text: string): Promise<number> => db.execute({ text, values: [] });
  await run(`create table unaudited (change text not null)`);
  await run(`
    create function note_audited() returns trigger language plpgsql as $$
    begin perform set_config('test.audited', 'yes', true); return null; end $$`);
  await run(`create trigger note_audited after insert on identity_audit execute function note_audited()`);
  await run(`
    create function expect_audited() returns trigger language plpgsql as $$
    begin
      if coalesce(current_setting('test.audited', true), '') <> 'yes' then
        insert into unaudited values (tg_op || ' ' || tg_table_name);
      end if;
      return null;
    end $$`);
  for (const [table, { update, insert, delete: gone }] of Object.entries(WATCHED)) {
    const differ = (update ?? [])
      .map((column) => `old.${column} is distinct from new.${column}`)
      .join(' or ');
    const events = [...(gone === false ? [] : ['delete']), ...(insert === false ? [] : ['insert'])];
    const deferred = 'deferrable initially deferred for each row';
    if (events.length > 0)
      await run(`create constraint trigger expect_audited after ${events.join(' or ')} on ${table}
      ${deferred} execute function expect_audited()`);
    if (differ !== '')
      await run(`create constraint trigger expect_audited_update after update on ${table}
        ${deferred} when (${differ}) execute function expect_audited()`);
  }
}

export interface Way {
  readonly way: string;
  /** Of the API. */
  readonly operation?: string;
  /** Category, action and name of the target of each entry that there must be. */
  readonly entries: readonly (readonly [category: string, action: string, name: string | null])[];
  /** User name of whoever acts, and what their id begins with. */
  readonly by: readonly [kind: string, name: string];
  readonly run: () => Promise<unknown>;
}

interface Entry {
  readonly category: string;
  readonly action: string;
  readonly target: string;
  readonly target_name: string | null;
  readonly actor: string;
  readonly actor_name: string;
  readonly client_ip: string | null;
  readonly details: { readonly before: object; readonly after: object };
}

/** Goes one way, and finds just its entries: who, before, after. */
export async function follow(db: Database, { way, entries, by, run }: Way): Promise<void> {
  const [mark] = await db.query<{ id: number }>({
    text: 'select coalesce(max(id), 0) as id from identity_audit',
    values: [],
  });
  await db.execute({ text: 'delete from unaudited', values: [] });
  await run();
  const written = await db.query<Entry>({
    text: 'select * from identity_audit where id > $1 order by id',
    values: [mark!.id],
  });
  assert.deepEqual(
    written.map(({ category, action, target_name }) => [category, action, target_name]),
    entries,
    way,
  );
  for (const { action, actor, actor_name, target, client_ip, details } of written) {
    assert.deepEqual([actor.split(':')[0], actor_name], by, way);
    assert.match(actor, /:[\w-]+$/, way);
    assert.ok(target && client_ip, way);
    const [before, after] = [Object.keys(details.before), Object.keys(details.after)];
    if (action === 'Create') assert.deepEqual([before, after.length > 0], [[], true], way);
    else if (action === 'Delete' && after.length === 0) assert.ok(before.length > 0, way);
    else assert.deepEqual([before.length > 0, before], [true, after], way);
  }
  assert.deepEqual(await db.query({ text: 'select * from unaudited', values: [] }), [], way);
}

/** Nothing of these stands in what is audited and told. */
export async function requireUntold(db: Database, needles: readonly string[]): Promise<void> {
  const rows = await db.query<{ row: string }>({
    text: `select a::text as row from identity_audit a union all select e::text from events e
           union all select l::text from login_attempts l`,
    values: [],
  });
  const kept = rows.map(({ row }) => row).join('\n');
  assert.ok(needles.length > 0);
  for (const needle of needles) assert.ok(needle.length > 4 && !kept.includes(needle), needle);
}
