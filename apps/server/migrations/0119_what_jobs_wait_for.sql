-- What a waiting job lacks, in words of the server (orchestrator/jobs/waits-for.ts); `info` is
-- what robots and the job's end say. While both stood in one column each wrote over the other, and
-- took the other's words out.
alter table jobs add column waits_for text;
update jobs set waits_for = info, info = null where state = 0 and info like 'Waits for %';
