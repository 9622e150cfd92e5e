import { area } from '../../kernel/area.ts';
import { platform } from '../../kernel/http/dialects/platform.ts';
import { platformRoutes } from './routes.ts';

/** The Platform Management API, and the operations beside it that clients use. */
export const platformArea = area({ name: 'platform', routes: platformRoutes, dialect: platform });
