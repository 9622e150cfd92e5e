-- Whom an entry is about, besides its target: the members that came to a group or left it, the holders of a role.
alter table identity_audit
  add column concerns uuid[] not null default '{}',
  add column source text not null default 'Identity',  -- what took the change: "Identity", "Orchestrator", "SCIM", "SignIn"
  add column tenant_id int references tenants;         -- of changes in one tenant
update identity_audit set source = 'SCIM' where actor is null and actor_name = 'SCIM';
create index identity_audit_by_concerned on identity_audit using gin (concerns);
create index identity_audit_by_target on identity_audit (organization_id, target, id);
create index identity_audit_by_actor on identity_audit (organization_id, actor, id);
create index identity_audit_by_time on identity_audit (organization_id, created_at, id);
