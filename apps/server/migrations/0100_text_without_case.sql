-- Text compares here as in the product that Baton replaces: letter case is ignored, accents are not. Done by
-- a function and not by a collation: PostgreSQL 15 to 17 refuse `like` on nondeterministic collations, and
-- those of ICU change with its version, below the indexes.
--
-- Two texts are the same if what `folded` makes of them is: neither letter case counts nor how an accent is
-- composed. It depends neither on the database's locale nor on the machine; `foldText` of the OData package
-- does the same in memory. Lower case is taken of one letter at a time, as pg_c_utf8 has it. PostgreSQL
-- 15 and 16 have no such collation, and ICU's root gives the same once two letters are out of the way: the
-- sigmas, of which it looks at the place in the word, and the capital I with a dot, which pg_c_utf8 would
-- not keep apart. Normalizing costs most (30 of 48 µs for 100 letters), and what has no character from
-- U+0300 on does not need it.
do $$
begin
  if getdatabaseencoding() <> 'UTF8' then
    raise exception 'The database must have the encoding UTF8; this one has %', getdatabaseencoding();
  end if;
  if not exists (select from pg_collation where collname = 'und-x-icu') then
    raise exception 'PostgreSQL must be built with ICU: it sorts the text';
  end if;
  execute format($create$
    create function folded(value text) returns text language sql immutable parallel safe
      return case
        when octet_length(value) = char_length(value) then lower(value collate "C") collate "default"
        when value collate "C" !~ '[\u0300-\U0010ffff]'
          then lower(replace(value, U&'\0130', U&'i\0307') collate %1$I) collate "default"
        else normalize(lower(replace(translate(value, U&'\03A3\03C2', U&'\03C3\03C3'), U&'\0130', U&'i\0307') collate %1$I)
                       collate "default", NFC)
      end
  $create$, case when current_setting('server_version_num')::int >= 170000 then 'pg_c_utf8' else 'und-x-icu' end);
end $$;
