import type { FastifyInstance } from 'fastify';
import findMyWay, { type HTTPMethod } from 'find-my-way';

/** Which methods an address has; none where nothing is there. */
export type MethodsOf = (url: string) => readonly string[];

const METHODS: readonly HTTPMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** How addresses are read, by the server's router and by the one below alike. */
export const ROUTER = {
  caseSensitive: false,
  ignoreTrailingSlash: true,
  ignoreDuplicateSlashes: true,
  maxParamLength: 4096,
} as const;

/**
 * Notes each route that is registered from now on. Fastify tells of its router only whether the method that
 * was asked for is there; the second router that knows the others is made when the first call misses.
 */
export function noteMethods(app: FastifyInstance): MethodsOf {
  const routes: (readonly [method: HTTPMethod, url: string])[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    // What answers the preflights of all addresses says nothing of one.
    if (url !== '*') routes.push(...[method].flat().map((each) => [each as HTTPMethod, url] as const));
  });
  let router: findMyWay.Instance<findMyWay.HTTPVersion.V1> | undefined;
  return (url) => {
    if (!router) {
      router = findMyWay(ROUTER);
      for (const [method, path] of routes) router.on(method, path, () => undefined);
    }
    return METHODS.filter((method) => router!.find(method, url) !== null);
  };
}
