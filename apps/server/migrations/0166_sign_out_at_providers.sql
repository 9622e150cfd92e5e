-- How somebody signs out at the outside provider that let them in: its address for that, and the ID token that it
-- wants to see, sealed for the purpose `ID token of sign-in provider <id>`. First of a sign-in, then of its session.
alter table sign_ins add column sign_out jsonb;
alter table browser_sessions add column sign_out jsonb;
