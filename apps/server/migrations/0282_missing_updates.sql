-- A host that was told to change its version and has been silent for too long since: others no longer wait for it.
alter table sessions add update_missing boolean not null default false;
