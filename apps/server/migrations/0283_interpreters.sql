-- The versions of the interpreters of a host, as it says (InterpretersDto).
alter table sessions add interpreters jsonb;
