-- Hosts that exchange themselves for the version that their machine wants, a few at a time.
alter table sessions
  add updates boolean not null default false,  -- the host brings new versions by itself
  -- The version that it was last told to change to. It has failed while it is not that version and not
  -- underway; a start by hand forgets it.
  add update_version text,
  add update_since timestamptz;                -- it is underway since then
create index sessions_updating on sessions (machine_id) where update_version is not null;

-- What a policy (UpdatePolicyDto as machines.details holds it) wants a host of this version to be.
-- `newest`: the version of the server, which is released together with the robot.
create function wanted_version(policy jsonb, version text, newest text) returns text
  language sql immutable parallel safe as $$
  select case (policy->>'Type')::int
    when 1 then nullif(policy->>'SpecificVersion', '')
    when 2 then newest
    when 3 then case when substring(version from '^\d+\.\d+\.') = substring(newest from '^\d+\.\d+\.') then newest end
  end $$;
