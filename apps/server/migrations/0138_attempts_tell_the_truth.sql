-- Why an attempt was refused, where its result does not say it all: see sign-in/refusals.ts.
alter table login_attempts add column reason text;
create index login_attempts_by_organization on login_attempts (organization_id, created_at, id);

-- By which outside provider somebody is on the way in; null: by a password.
alter table sign_ins add column via text;

-- The name that a counter is kept for, as a hash: so an administrator finds what locks somebody, and frees it.
alter table sign_in_attempts add column name bytea;
create index sign_in_attempts_by_name on sign_in_attempts (name) where name is not null;
