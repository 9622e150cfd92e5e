-- Recovery codes that were just made, sealed, until their owner says that they are kept: a second Enter or a
-- reload shows them again, in the sign-in or session that made them and nowhere else.
alter table second_factors
  add column new_codes bytea,
  add column new_codes_of text,
  add column new_codes_until timestamptz;
