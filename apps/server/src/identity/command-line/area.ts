import { area } from '../../kernel/area.ts';
import { portal } from '../../kernel/http/dialects/orchestrator.ts';
import { portalRoutes, studioWebRoutes } from './routes.ts';

// A command line tool asks these before its first call: one about the organization, one about a tenant.
export const portalArea = area({ name: 'portal', routes: portalRoutes, dialect: portal });
export const studioWebArea = area({ name: 'studio-web', routes: studioWebRoutes });
