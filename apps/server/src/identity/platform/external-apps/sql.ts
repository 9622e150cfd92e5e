import sql from 'sql-template-tag';
import type { OutputOf } from '../../../kernel/contract/fields.ts';
import type { Queryable } from '../../../kernel/db/sql.ts';
import { API_SCOPES, USER_SCOPES } from '../../clients/scopes.ts';
import { type ExternalApiResource, type ExternalClient, ScopeType, type Secret } from './contract.ts';

type Resource = OutputOf<typeof ExternalApiResource>;

interface ClientRow {
  readonly id: string;
  readonly name: string;
  readonly isConfidential: boolean;
  readonly redirectUris: readonly string[];
  readonly appScopes: readonly string[];
  readonly userScopes: readonly string[];
  readonly secrets: readonly OutputOf<typeof Secret>[];
}

export async function readClients(
  db: Queryable,
  organizationId: string,
  clientId?: string,
): Promise<OutputOf<typeof ExternalClient>[]> {
  const rows = await db.query<ClientRow>(sql`
    select client_id as id, name, is_confidential as "isConfidential", redirect_uris as "redirectUris",
           app_scopes as "appScopes", user_scopes as "userScopes",
           (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'description', description, 'secret', null, 'creationTime',
             created_at,
                                                         'expiryTime', expires_at) order by id), '[]')
              from external_app_secrets s where s.client_id = a.client_id) as secrets
      from external_apps a
     where organization_id = ${organizationId} and (${clientId ?? null}::uuid is null
       or client_id = ${clientId ?? null}::uuid)
     order by folded(name) collate "und-x-icu"`);
  return rows.map(({ redirectUris, appScopes, userScopes, ...client }) => ({
    ...client,
    secret: null,
    redirectUri: redirectUris.join(','),
    resources: resourcesOf(appScopes, userScopes),
  }));
}

const RESOURCES = [
  {
    name: 'UiPath.Orchestrator',
    displayName: 'Orchestrator API Access',
    holds: (scope: string) => scope.startsWith('OR.'),
  },
  {
    name: 'UiPath.Platform',
    displayName: 'Platform Management API Access',
    holds: (scope: string) => scope.startsWith('PM.'),
  },
  { name: 'UiPath.Identity', displayName: 'Sign-in', holds: (scope: string) => !/^(OR|PM)\./.test(scope) },
];

/** The catalogue, narrowed to the scopes that the application has. A scope of both kinds is listed twice. */
function resourcesOf(appScopes: readonly string[], userScopes: readonly string[]): Resource[] {
  const describe = (type: number) => (name: string) => ({ name, displayName: name, description: name, type });
  return RESOURCES.map(({ name, displayName, holds }) => ({
    name,
    displayName,
    description: displayName,
    scopes: [
      ...userScopes.filter(holds).map(describe(ScopeType.user)),
      ...appScopes.filter(holds).map(describe(ScopeType.application)),
    ],
  })).filter(({ scopes }) => scopes.length > 0);
}

export const catalogue = (): Resource[] => resourcesOf(API_SCOPES, [...API_SCOPES, ...USER_SCOPES]);
