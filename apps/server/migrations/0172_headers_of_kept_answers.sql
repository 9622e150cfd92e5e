-- An answer that is given again is the first one, with its content type. Answers kept before had OData's.
alter table idempotent_answers add column headers jsonb;
