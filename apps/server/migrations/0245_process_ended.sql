-- The process of a job has ended, while its robot still sends the log: the job takes no slot any more.
alter table jobs add column process_ended_at timestamptz;

create or replace view session_runtimes as
  select s.id as session_id, s.tenant_id, s.machine_id, t.runtime_type,
         least(coalesce((s.slots ->> t.name)::int, case when s.slots is null then t.slots else 0 end), t.slots) as slots,
         (select count(*)::int from jobs j
           where j.session_id = s.id and j.runtime_type = t.runtime_type and j.state in (1, 2, 3) and j.process_ended_at is null)
         + (select count(*)::int from jobs j
             where j.session_id = s.id and j.runtime_type = t.runtime_type and j.state = 0 and j.lease_until > clock_timestamp()) as used,
         s.state = 0 and s.responsive_until > now() as is_connected
    from sessions s
    join machines m on m.id = s.machine_id
   cross join lateral (values (0, 'NonProduction', m.non_production_slots), (2, 'Unattended', m.unattended_slots),
                              (5, 'Headless', m.headless_slots), (7, 'TestAutomation', m.test_automation_slots))
                      as t (runtime_type, name, slots);
