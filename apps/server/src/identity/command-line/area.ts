import { area } from '../../kernel/area.ts';
import { portal } from '../../kernel/http/dialects/orchestrator.ts';
import { portalRoutes, studioWebRoutes } from './routes.ts';

// What a command line asks for before its first call: once of the organization, then of a tenant.
export const portalArea = area({ name: 'portal', routes: portalRoutes, dialect: portal });
export const studioWebArea = area({ name: 'studio-web', routes: studioWebRoutes });
