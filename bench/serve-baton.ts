import { pino } from 'pino';
import { readConfig } from '../apps/server/src/config.ts';
import { startServer } from '../apps/server/src/main.ts';
import { sayReady } from './child.ts';

// A whole Baton server in a process of its own. BATON_DATA, DATABASE_URL and so on come from the environment.
export interface BatonReady {
  readonly url: string;
  readonly password: string | undefined;
  readonly userName: string | undefined;
  readonly organizationId: string;
  readonly tenantId: number;
  readonly folderId: number;
}

const server = await startServer(
  readConfig(process.env),
  pino({ level: process.env.BATON_LOG_LEVEL ?? 'warn' }),
);
const folder = await server.db.first<{ id: number }>({
  text: `select id from folders where tenant_id = $1 and path = 'Shared'`,
  values: [server.tenant.id],
});
const ready: BatonReady = {
  url: server.url,
  userName: server.firstAdministrator?.userName,
  password: server.firstAdministrator?.password,
  organizationId: server.organization.id,
  tenantId: server.tenant.id,
  folderId: folder!.id,
};
sayReady(ready, server.stop);
