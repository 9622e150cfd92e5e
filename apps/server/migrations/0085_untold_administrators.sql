-- The first administrator until the password has been told: a start that made one and ended before
-- it could tell leaves the row, and the next start makes another password. The hash says that nobody
-- has changed it meanwhile.
create table untold_administrators (
  user_id uuid primary key references identity_users on delete cascade,
  password_hash text not null
);
