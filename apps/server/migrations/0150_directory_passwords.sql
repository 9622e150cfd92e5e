-- Whose directory looks after people lets them in by it alone, unless the organization says otherwise.
alter table sign_in_policies add column allows_directory_passwords boolean not null default false;
