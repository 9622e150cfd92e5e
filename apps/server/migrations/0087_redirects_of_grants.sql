-- Where the codes of a grant went: with a redirect URI that is taken from its application the
-- grants end that went there.
alter table oidc_records add column redirect_uris text[];
create index oidc_grants_by_client on oidc_records ((payload ->> 'clientId')) where kind = 'Grant';
