-- Where people are signed in, in browsers. That one is over says its record of oidc-provider, or that it was ended:
-- an ended one stays for a while, so that no request under way brings it back.
create table browser_sessions (
  id uuid primary key default gen_random_uuid(),
  uid text not null unique,       -- oidc-provider's, which is nobody else's business
  user_id uuid not null references identity_users on delete cascade,
  began_at timestamptz not null,
  used_at timestamptz not null,
  client_ip text,
  browser text,
  ended_at timestamptz,
  expires_at timestamptz not null
);
create index browser_sessions_by_user on browser_sessions (user_id);
create index browser_sessions_by_age on browser_sessions (expires_at);

-- Of a grant: from which session it came.
alter table oidc_records add column session_uid text;
create index oidc_grants_by_session on oidc_records (session_uid) where session_uid is not null;
create index oidc_grants_by_account on oidc_records ((payload ->> 'accountId')) where kind = 'Grant';

-- Null: not known, of consents that were there before.
alter table consents add column created_at timestamptz;
alter table consents alter column created_at set default now();

update oidc_records g set session_uid = t.payload ->> 'sessionUid'
  from oidc_records t
 where g.kind = 'Grant' and t.grant_id = g.id and t.payload ->> 'sessionUid' is not null;

insert into browser_sessions (uid, user_id, began_at, used_at, expires_at)
select r.uid, u.id, to_timestamp((r.payload ->> 'loginTs')::float8), to_timestamp((r.payload ->> 'iat')::float8), r.expires_at
  from oidc_records r
  join identity_users u on u.id::text = split_part(r.payload ->> 'accountId', '.', 1)
 where r.kind = 'Session' and r.expires_at is not null and r.payload ->> 'loginTs' is not null
    on conflict do nothing;
