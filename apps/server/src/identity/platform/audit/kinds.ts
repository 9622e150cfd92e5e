import sql, { type Sql } from 'sql-template-tag';
import type { AuditedKind } from './audited.ts';

/** Of a person, robot account or application. */
const groupsOf = (memberId: Sql): Sql => sql`
  (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name) order by g.id), '[]')
     from identity_group_members m join identity_groups g on g.id = m.group_id where m.member_id = ${memberId})`;

const SIGN_INS = sql`
  (select coalesce(jsonb_agg(jsonb_build_object('providerDisplayName', provider, 'providerKey', subject)
                             order by provider, subject), '[]')
     from (select p.name as provider, l.subject from sign_in_provider_users l
             join sign_in_providers p on p.id = l.provider_id where l.user_id = u.id
            union all select provider, subject from identity_user_logins where user_id = u.id) l)`;

const CONSENTS = sql`
  (select coalesce(jsonb_agg(jsonb_build_object('clientId', client_id, 'scopes', scopes) order by client_id), '[]')
     from consents where user_id = u.id)`;

/** A person of the organization, with everything that lets them in. */
export const people: AuditedKind = {
  category: 'User',
  states: (ids) => sql`
    select u.id, u.user_name as name,
           jsonb_build_object('userName', u.user_name, 'email', u.email, 'emailConfirmed', u.is_email_confirmed,
             'name', u.name, 'surname', u.surname, 'displayName', u.display_name, 'type', u.type,
             'isActive', u.is_active, 'bypassBasicAuthRestriction', u.bypasses_basic_auth_restriction,
             'invitationAccepted', u.has_accepted_invitation, 'mustChangePassword', u.must_change_password,
             'hasGivenPassword', u.has_given_password,
             'attributes', u.attributes, 'externalId', r.external_id, 'groups', ${groupsOf(sql`u.id`)},
             'userLogins', ${SIGN_INS}, 'consents', ${CONSENTS},
             'hasSecondFactor', f.user_id is not null,
             'recoveryCodesLeft', (select count(*) from recovery_codes where user_id = u.id),
             'sessionStamp', u.session_stamp) as members,
           jsonb_build_object('password', u.password_hash, 'secondFactor', encode(f.secret, 'base64'),
             'recoveryCodes', (select string_agg(encode(hash, 'base64'), ' ' order by hash)
                                 from recovery_codes where user_id = u.id)) as secrets
      from identity_users u
      left join scim_resources r on r.kind = 'User' and r.id = u.id
      left join second_factors f on f.user_id = u.id and f.is_confirmed
     where u.id = any(${ids}::uuid[]) order by u.id`,
};

export const groups: AuditedKind = {
  category: 'Group',
  lists: ['members'],
  concerning: 'members',
  states: (ids) => sql`
    select g.id, g.name,
           jsonb_build_object('name', g.name, 'externalId', r.external_id, 'members',
             (select coalesce(jsonb_agg(jsonb_build_object('id', m.member_id, 'name',
                                coalesce(u.user_name, b.name, a.name)) order by m.member_id), '[]')
                from identity_group_members m
                left join identity_users u on u.id = m.user_id
                left join robot_accounts b on b.id = m.robot_account_id
                left join external_apps a on a.client_id = m.client_id
               where m.group_id = g.id)) as members,
           '{}'::jsonb as secrets
      from identity_groups g left join scim_resources r on r.kind = 'Group' and r.id = g.id
     where g.id = any(${ids}::uuid[]) order by g.id`,
};

export const robotAccounts: AuditedKind = {
  category: 'RobotAccount',
  states: (ids) => sql`
    select b.id, b.name, jsonb_build_object('name', b.name, 'displayName', b.display_name,
             'groups', ${groupsOf(sql`b.id`)}) as members, '{}'::jsonb as secrets
      from robot_accounts b where b.id = any(${ids}::uuid[]) order by b.id`,
};

/** Each secret is identified by its id, so its value is not compared. */
export const applications: AuditedKind = {
  category: 'ExternalClient',
  states: (ids) => sql`
    select a.client_id as id, a.name,
           jsonb_build_object('name', a.name, 'isConfidential', a.is_confidential, 'appScopes', a.app_scopes,
             'userScopes', a.user_scopes, 'redirectUris', a.redirect_uris, 'groups', ${groupsOf(sql`a.client_id`)},
             'secrets', (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'description', s.description,
                                           'expiryTime', s.expires_at) order by s.id), '[]')
                           from external_app_secrets s where s.client_id = a.client_id)) as members,
           '{}'::jsonb as secrets
      from external_apps a where a.client_id = any(${ids}::uuid[]) order by a.client_id`,
};

export const accessTokens: AuditedKind = {
  category: 'PersonalAccessToken',
  states: (ids) => sql`
    select t.id, t.description as name,
           jsonb_build_object('description', t.description, 'scopes', t.scopes, 'expiryTime', t.expires_at,
             'userId', t.user_id) as members,
           jsonb_build_object('token', encode(t.hash, 'base64')) as secrets, array[t.user_id] as concerns
      from personal_access_tokens t where t.id = any(${ids}::uuid[]) order by t.id`,
};
