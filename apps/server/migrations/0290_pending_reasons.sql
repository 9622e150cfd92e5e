-- What a waiting job lacks, as a number beside the words (orchestrator/jobs/pending-reasons.ts), for filters.
alter table jobs add column waits_code smallint;
