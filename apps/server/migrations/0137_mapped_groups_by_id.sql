-- What an outside provider calls a group -> the group here, by id: a name may be another group's tomorrow.
create table sign_in_provider_groups (
  provider_id uuid not null references sign_in_providers on delete cascade,
  value text not null,            -- of the groups claim
  group_id uuid not null references identity_groups on delete cascade,
  primary key (provider_id, value)
);
create index sign_in_provider_groups_by_group on sign_in_provider_groups (group_id);

insert into sign_in_provider_groups (provider_id, value, group_id)
select p.id, m.key, g.id
  from sign_in_providers p, jsonb_each_text(p.groups) m, identity_groups g
 where g.organization_id = p.organization_id and folded(g.name) = folded(trim(m.value));

-- Names of no group did nothing. The audit says which there were, for whoever meant something by them.
insert into identity_audit (organization_id, category, action, target, target_name, details)
select p.organization_id, 'ExternalIdentityProvider', 'Update', p.id::text, p.name,
       jsonb_build_object('before', jsonb_build_object('groups', jsonb_object_agg(m.key, m.value)),
                          'after', '{"groups": {}}'::jsonb)
  from sign_in_providers p, jsonb_each_text(p.groups) m
 where not exists (select from sign_in_provider_groups k where k.provider_id = p.id and k.value = m.key)
 group by p.organization_id, p.id, p.name;

alter table sign_in_providers drop column groups;
