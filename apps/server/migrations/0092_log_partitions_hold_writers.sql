-- Whoever writes lines while their month gets its partition waits before it looks for their place. With the
-- default partition locked alone a writer had chosen that one, waited for it, and was refused by its new
-- bounds; robots take a refusal as final and drop the lines. Readers are not held up.
create or replace function ensure_log_partitions(months_ahead int default 2) returns int
language plpgsql set timezone = 'UTC' as $$
declare
  since timestamptz;
  until timestamptz;
  partition text;
  made int := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('baton robot_logs partitions', 0));
  for n in 0..months_ahead loop
    since := date_trunc('month', now()) + make_interval(months => n);
    until := since + interval '1 month';
    partition := 'robot_logs_' || to_char(since, 'YYYY_MM');
    continue when to_regclass(partition) is not null;
    lock table only robot_logs in share row exclusive mode;
    lock table robot_logs_default in access exclusive mode;
    execute format('create table %I (like robot_logs including defaults)', partition);
    execute format(
      'with early as (delete from robot_logs_default where time_stamp >= %L and time_stamp < %L returning *)
       insert into %I select * from early', since, until, partition);
    execute format('alter table robot_logs attach partition %I for values from (%L) to (%L)', partition, since, until);
    made := made + 1;
  end loop;
  return made;
end $$;
