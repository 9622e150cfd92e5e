/** What people call the rows of a table. */
export interface NameOfRows {
  readonly one: string;
  readonly many: string;
}

/** The words of a table's name: `sign_in_notes` gives "Sign in note" and "sign in notes". */
export function namedAfter(table: string): NameOfRows {
  const many = table.replaceAll('_', ' ');
  const one = many.replace(/ies$/, 'y').replace(/(?<!s)s$/, '');
  return { one: one.charAt(0).toUpperCase() + one.slice(1), many };
}

/**
 * Tables at either end of a foreign key whose rows people call something else than the table. A refusal
 * uses these names to say what is gone and what still needs what (violations.ts).
 */
export const NAMES_OF_ROWS: Readonly<Record<string, NameOfRows>> = {
  asset_folders: { one: 'Asset', many: 'assets' },
  asset_values: { one: 'Asset value', many: 'values of assets' },
  browser_sessions: { one: 'Sign-in session', many: 'sign-in sessions' },
  bucket_files: { one: 'File', many: 'files' },
  bucket_folders: { one: 'Bucket', many: 'buckets' },
  external_app_secrets: { one: 'Secret', many: 'secrets' },
  external_apps: { one: 'External application', many: 'external applications' },
  folder_machines: { one: 'Machine', many: 'machines' },
  folder_users: { one: 'Assignment', many: 'assignments in folders' },
  former_folder_paths: { one: 'Former path', many: 'former paths' },
  identity_audit: { one: 'Audit record', many: 'audit records' },
  identity_group_members: { one: 'Member', many: 'members' },
  identity_groups: { one: 'Group', many: 'groups' },
  identity_login_names: { one: 'User name', many: 'user names' },
  identity_settings: { one: 'Setting', many: 'settings' },
  identity_user_logins: { one: 'Login', many: 'logins' },
  identity_users: { one: 'User', many: 'users' },
  known_devices: { one: 'Device', many: 'known devices' },
  machine_robots: { one: 'Robot', many: 'robots' },
  machine_secrets: { one: 'Secret', many: 'secrets' },
  organization_access_members: { one: 'Member of the access policy', many: 'members of the access policy' },
  organization_access_restrictions: { one: 'Access policy', many: 'access policies' },
  organization_message_templates: { one: 'Message template', many: 'message templates' },
  package_entry_points: { one: 'Entry point', many: 'entry points' },
  password_history: { one: 'Password', many: 'former passwords' },
  queue_definitions: { one: 'Queue', many: 'queues' },
  queue_folders: { one: 'Queue', many: 'queues' },
  queue_hours: { one: 'Statistics', many: 'statistics' },
  queue_item_comments: { one: 'Comment', many: 'comments' },
  queue_lanes: { one: 'Queue', many: 'queues' },
  queue_retention: { one: 'Retention setting', many: 'retention settings' },
  queue_totals: { one: 'Statistics', many: 'statistics' },
  release_retention: { one: 'Retention setting', many: 'retention settings' },
  release_versions: { one: 'Process version', many: 'versions of processes' },
  releases: { one: 'Process', many: 'processes' },
  role_permissions: { one: 'Permission', many: 'permissions' },
  saml_certificates: { one: 'Certificate', many: 'certificates' },
  scim_resources: { one: 'Directory resource', many: 'directory resources' },
  scim_tokens: { one: 'Directory token', many: 'directory tokens' },
  sign_in_policies: { one: 'Sign-in policy', many: 'sign-in policies' },
  sign_in_provider_groups: { one: 'Mapped group', many: 'mapped groups' },
  sign_in_provider_users: { one: 'Login', many: 'logins' },
  sign_in_providers: { one: 'Identity provider', many: 'identity providers' },
  sign_ins: { one: 'Sign-in', many: 'sign-ins' },
  untold_administrators: { one: 'First administrator', many: 'first administrators' },
  user_roles: { one: 'Assignment', many: 'assignments in the tenant' },
};
