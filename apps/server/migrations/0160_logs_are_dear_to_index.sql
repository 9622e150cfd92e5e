-- One index for both: lines of a job in the order of time, and that a line that is sent again is stored once.
-- Lines without a fingerprint are all different to it. What two of them cost each line, this one does not.
drop index robot_logs_by_job;
drop index robot_logs_once;
create unique index robot_logs_once on robot_logs (job_key, time_stamp, fingerprint) where job_key is not null;

-- Lines that came since they were last counted lie together at the end of the table: an entry for each
-- megabyte finds them.
create index robot_logs_by_id on robot_logs using brin (id) with (autosummarize = on);
