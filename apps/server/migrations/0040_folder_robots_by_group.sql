-- Roles that a group holds in a folder are those of its members, robot accounts among them: they may run the folder's jobs.
-- Two branches, so that each starts from the few rows of the folder; a group's own row has no robot.
create or replace view folder_robots as
  select f.id as folder_id, r.id as robot_id
    from folders f
    join folder_users fu on fu.folder_id = f.id or fu.folder_id = any(f.ancestors)
    join users u on u.id = fu.user_id and u.is_active and u.may_have_unattended_session
    join robots r on r.user_id = u.id and r.is_enabled
  union
  select f.id, r.id
    from folders f
    join folder_users fu on fu.folder_id = f.id or fu.folder_id = any(f.ancestors)
    join users g on g.id = fu.user_id and g.type = 3 and g.is_active
    join identity_group_members m on m.group_id = g.directory_identifier
    join users u on u.tenant_id = g.tenant_id and u.directory_identifier = m.member_id
                and u.is_active and u.may_have_unattended_session
    join robots r on r.user_id = u.id and r.is_enabled;
-- Groups are few among the users of a tenant, and without them there is nothing to look for.
create index users_that_are_groups on users (id) where type = 3;
