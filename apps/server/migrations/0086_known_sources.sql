-- Addresses from which somebody has signed in, by the hash of address and name: attempts from there are
-- counted by themselves (sign-in/throttle.ts).
create table known_sources (
  key bytea primary key,
  used_at timestamptz not null default now()
);
create index known_sources_by_age on known_sources (used_at);
