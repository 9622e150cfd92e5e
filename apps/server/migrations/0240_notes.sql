create table notes (
  id bigint generated always as identity primary key,
  tenant_id int not null references tenants,
  text text not null
);
create index notes_of_tenant on notes (tenant_id, id);
