import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';

const root = createRootRoute();

const parts = createRoute({
  getParentRoute: () => root,
  path: '/dev/parts',
  component: lazyRouteComponent(() => import('../pages/dev/parts.tsx'), 'Parts'),
});

/** In development only: the page of all parts in all states. */
const development = import.meta.env.DEV ? [parts] : [];

export const router = createRouter({
  routeTree: root.addChildren(development),
  basepath: new URL(document.baseURI).pathname,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
