import type { Route } from '../../kernel/http/mount.ts';
import { auditRoutes } from './audit/routes.ts';
import { directoryRoutes } from './directory/routes.ts';
import { externalAppsRoutes } from './external-apps/routes.ts';
import { groupsRoutes } from './groups/routes.ts';
import { invitationsRoutes } from './invitations/routes.ts';
import { messageTemplatesRoutes } from './message-templates/routes.ts';
import { organizationRoutes } from './organization/routes.ts';
import { passwordPolicyRoutes } from './password-policy/routes.ts';
import { personalAccessTokensRoutes } from './personal-access-tokens/routes.ts';
import { robotAccountsRoutes } from './robot-accounts/routes.ts';
import { saml2CertificatesRoutes } from './saml2-certificates/routes.ts';
import { scimTokensRoutes } from './scim-tokens/routes.ts';
import { sessionsRoutes } from './sessions/routes.ts';
import { settingsRoutes } from './settings/routes.ts';
import { signInProvidersRoutes } from './sign-in-providers/routes.ts';
import { usersRoutes } from './users/routes.ts';

/** The Platform Management API, and further operations that clients use with it. */
export const platformRoutes: readonly Route[] = [
  ...auditRoutes,
  ...directoryRoutes,
  ...externalAppsRoutes,
  ...groupsRoutes,
  ...invitationsRoutes,
  ...messageTemplatesRoutes,
  ...organizationRoutes,
  ...passwordPolicyRoutes,
  ...personalAccessTokensRoutes,
  ...robotAccountsRoutes,
  ...saml2CertificatesRoutes,
  ...scimTokensRoutes,
  ...sessionsRoutes,
  ...settingsRoutes,
  ...signInProvidersRoutes,
  ...usersRoutes,
];
