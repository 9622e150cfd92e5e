-- Mails to be sent (identity/mail/). A row is written in the transaction of what it tells of, and goes when the
-- mail server has taken the mail. It holds what the words are made of and no words: links are made when they are
-- sent, so none of them is kept here.
create table mails (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations on delete cascade,
  user_id uuid not null,          -- who may be gone since: what happened before is told all the same
  message text not null,          -- as in identity/mail/messages.ts
  address text not null,          -- as it was when the row was written
  name text not null,
  details jsonb,                  -- of a notice: what happened, by whom, from where
  created_at timestamptz not null default now(),
  attempts int not null default 0,
  due_at timestamptz not null default '-infinity'  -- after each attempt later; so whoever takes a mail has claimed it
);
create index mails_by_turn on mails (due_at, created_at);
-- Asked for again while it waits for the mail server, a link is the same link.
create unique index mails_with_link on mails (user_id, message) where message in ('ResetPassword', 'UserInvitation');

-- Wakes the senders, whoever writes the row. Mails are rare: commits that wait for each other here are no harm.
create function wake_mail_senders() returns trigger language plpgsql as $$
begin
  perform pg_notify('baton_live', 'database mails ');
  return null;
end $$;
create trigger wake_senders after insert on mails for each statement execute function wake_mail_senders();

-- The product's own words stand in one place, in each language: identity/mail/messages.ts.
alter table message_templates drop column value;
insert into message_templates (name) values ('AccountChanged');

-- An invitation is a link like the one for a forgotten password: whoever follows it chooses a password.
alter table password_resets add column is_invitation boolean not null default false;
