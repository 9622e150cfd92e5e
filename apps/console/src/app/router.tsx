import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  retainSearchParams,
} from '@tanstack/react-router';
import { tenants } from '../api/who.ts';
import { VIEW_MEMBERS, type ViewSearch } from '../parts/table/view.ts';
import { Frame } from './frame/frame.tsx';
import { FailedPage, MissingPage } from './frame/no-page.tsx';
import { queries } from './queries.ts';

const root = createRootRoute({
  component: Outlet,
  notFoundComponent: MissingPage,
  errorComponent: FailedPage,
});

const LAST_TENANT = 'baton.tenant';

/** The address of the server alone leads to the tenant of the last visit, or else the first. */
const start = createRoute({
  getParentRoute: () => root,
  path: '/',
  async beforeLoad() {
    const { organization, tenants: all } = await queries.ensureQueryData(tenants);
    const names = all?.flatMap(({ name }) => name ?? []) ?? [];
    const last = localStorage.getItem(LAST_TENANT);
    const tenant = names.find((name) => name === last) ?? names[0];
    if (organization?.name && tenant !== undefined)
      throw redirect({
        to: '/$organization/$tenant',
        params: { organization: organization.name, tenant },
        replace: true,
      });
  },
  component: MissingPage,
});

/** The query of an address holds what a page shows; the folder is kept from page to page. */
const tenant = createRoute({
  getParentRoute: () => root,
  path: '/$organization/$tenant',
  validateSearch: ({ folder }: Record<string, unknown>): { readonly folder?: number } =>
    typeof folder === 'number' && Number.isSafeInteger(folder) ? { folder } : {},
  search: { middlewares: [retainSearchParams(['folder'])] },
  beforeLoad: ({ params }) => localStorage.setItem(LAST_TENANT, params.tenant),
  component: Frame,
});

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const home = createRoute({
  getParentRoute: () => tenant,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/home/home.tsx'), 'Home'),
});

/** The view of a list; the table reads it (parts/table/view.ts). */
const view = (search: Record<string, unknown>): ViewSearch =>
  Object.fromEntries(VIEW_MEMBERS.flatMap((name) => (name in search ? [[name, search[name]]] : [])));

const jobs = createRoute({
  getParentRoute: () => tenant,
  path: '/jobs',
  validateSearch: view,
  component: lazyRouteComponent(() => import('../pages/jobs/jobs.tsx'), 'Jobs'),
});

const job = createRoute({
  getParentRoute: () => tenant,
  path: '/jobs/$job',
  validateSearch: (search: Record<string, unknown>): { readonly level?: string } => ({
    level: text(search['level']),
  }),
  component: lazyRouteComponent(() => import('../pages/jobs/job.tsx'), 'Job'),
});

/** In development only: the page of all parts in all states. */
const development = import.meta.env.DEV
  ? [
      createRoute({
        getParentRoute: () => root,
        path: '/dev/parts',
        component: lazyRouteComponent(() => import('../pages/dev/parts.tsx'), 'Parts'),
      }),
    ]
  : [];

export const router = createRouter({
  routeTree: root.addChildren([start, tenant.addChildren([home, jobs, job]), ...development]),
  basepath: new URL(document.baseURI).pathname,
  scrollRestoration: true,
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
