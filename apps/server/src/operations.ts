import { commandLineRoutes } from './identity/command-line/routes.ts';
import { platformRoutes } from './identity/platform/routes.ts';
import type { Route } from './kernel/http/mount.ts';
import { assetsRoutes } from './orchestrator/assets/routes.ts';
import { bucketsRoutes } from './orchestrator/buckets/routes.ts';
import { directoryServiceRoutes } from './orchestrator/directory-service/routes.ts';
import { exportsRoutes } from './orchestrator/exports/routes.ts';
import { foldersRoutes } from './orchestrator/folders/routes.ts';
import { jobRoutes } from './orchestrator/jobs/routes.ts';
import { logsRoutes } from './orchestrator/logs/routes.ts';
import { machineRoutes } from './orchestrator/machines/routes.ts';
import { packagesRoutes } from './orchestrator/packages/routes.ts';
import { permissionsRoutes } from './orchestrator/permissions/routes.ts';
import { processesRoutes } from './orchestrator/processes/routes.ts';
import { queuesRoutes } from './orchestrator/queues/routes.ts';
import { robotRoutes } from './orchestrator/robots/routes.ts';
import { robotsServiceRoutes } from './orchestrator/robots-service/routes.ts';
import { rolesRoutes } from './orchestrator/roles/routes.ts';
import { sessionRoutes } from './orchestrator/sessions/routes.ts';
import { settingsRoutes } from './orchestrator/settings/routes.ts';
import { statusRoutes } from './orchestrator/status/routes.ts';
import { usersRoutes } from './orchestrator/users/routes.ts';

/** Every operation that the server answers, area by area. Areas add their line here. */
export const routes: readonly Route[] = [
  ...assetsRoutes,
  ...bucketsRoutes,
  ...directoryServiceRoutes,
  ...exportsRoutes,
  ...jobRoutes,
  ...logsRoutes,
  ...machineRoutes,
  ...packagesRoutes,
  ...permissionsRoutes,
  ...processesRoutes,
  ...queuesRoutes,
  ...foldersRoutes,
  ...robotRoutes,
  ...robotsServiceRoutes,
  ...rolesRoutes,
  ...sessionRoutes,
  ...settingsRoutes,
  ...statusRoutes,
  ...usersRoutes,
  ...platformRoutes,
  ...commandLineRoutes,
];
