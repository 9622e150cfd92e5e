-- Lines of a job are counted, and their levels with them, from the index alone (orchestrator/logs/log-blocks.ts).
drop index robot_logs_once;
create unique index robot_logs_once on robot_logs (job_key, time_stamp, fingerprint) include (id, level) where job_key is not null;
