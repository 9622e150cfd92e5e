-- What hosts have and jobs ask for (orchestrator/labels.ts), in small letters and sorted.
alter table sessions add column labels text[] not null default '{}';
alter table packages add column requires text[] not null default '{}';
-- Null: as the package says.
alter table releases add column requires_override text[];
alter table jobs add column requires text[] not null default '{}';
