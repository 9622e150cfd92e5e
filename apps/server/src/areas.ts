import { portalArea, studioWebArea } from './identity/command-line/area.ts';
import { platformArea } from './identity/platform/area.ts';
import type { Area, NewTenant } from './kernel/area.ts';
import type { Transaction } from './kernel/db/sql.ts';
import type { Event } from './kernel/events/event.ts';
import type { Route } from './kernel/http/mount.ts';
import { accountArea } from './orchestrator/account/area.ts';
import { assetsArea } from './orchestrator/assets/area.ts';
import { attachmentsArea } from './orchestrator/attachments/area.ts';
import { bucketsArea } from './orchestrator/buckets/area.ts';
import { bulkActionsArea } from './orchestrator/bulk-actions/area.ts';
import { directoryServiceArea } from './orchestrator/directory-service/area.ts';
import { eventsArea } from './orchestrator/events/area.ts';
import { executionMediaArea } from './orchestrator/execution-media/area.ts';
import { exportsArea } from './orchestrator/exports/area.ts';
import { foldersArea } from './orchestrator/folders/area.ts';
import { jobsArea } from './orchestrator/jobs/area.ts';
import { logsArea } from './orchestrator/logs/area.ts';
import { machinesArea } from './orchestrator/machines/area.ts';
import { packagesArea } from './orchestrator/packages/area.ts';
import { permissionsArea } from './orchestrator/permissions/area.ts';
import { processesArea } from './orchestrator/processes/area.ts';
import { queuesArea } from './orchestrator/queues/area.ts';
import { robotsArea } from './orchestrator/robots/area.ts';
import { robotsServiceArea } from './orchestrator/robots-service/area.ts';
import { rolesArea } from './orchestrator/roles/area.ts';
import { sessionsArea } from './orchestrator/sessions/area.ts';
import { settingsArea } from './orchestrator/settings/area.ts';
import { statusArea } from './orchestrator/status/area.ts';
import { testClockArea } from './orchestrator/test-clock/area.ts';
import { usersArea } from './orchestrator/users/area.ts';

/** All areas of the product. Seeds run in this order, so roles exist before users hold them. */
export const AREAS: readonly Area[] = [
  accountArea,
  jobsArea,
  foldersArea,
  processesArea,
  queuesArea,
  bulkActionsArea,
  assetsArea,
  bucketsArea,
  attachmentsArea,
  executionMediaArea,
  packagesArea,
  logsArea,
  exportsArea,
  eventsArea,
  machinesArea,
  robotsArea,
  robotsServiceArea,
  sessionsArea,
  permissionsArea,
  rolesArea,
  usersArea,
  directoryServiceArea,
  settingsArea,
  statusArea,
  testClockArea,
  platformArea,
  portalArea,
  studioWebArea,
];

/** Every operation that is present regardless of settings. */
export const routes: readonly Route[] = AREAS.filter((area) => !area.isOn).flatMap((area) => area.routes);

/** Every kind of event that the server writes. */
export const EVENTS: readonly Event[] = AREAS.flatMap(({ events = [] }) => events);

/** Seeds what a tenant begins with. What the tenant has already stays as it is. */
export async function seedTenant(
  tx: Transaction,
  tenant: NewTenant,
  areas: readonly Area[] = AREAS,
): Promise<void> {
  for (const { seed } of areas) await seed?.(tx, tenant);
}
