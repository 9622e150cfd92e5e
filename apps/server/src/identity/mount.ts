import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Identity } from './identity.ts';
import { ROUTES } from './provider.ts';

const READ: HTTPMethods[] = ['GET', 'HEAD', 'OPTIONS'];
const WRITE: HTTPMethods[] = ['POST', 'OPTIONS'];
const DISCOVERY = '/.well-known/openid-configuration';

/** What is there for clients, and by which path oidc-provider knows it. What is not listed is not there. */
const PATHS: readonly { readonly url: string; readonly methods: HTTPMethods[]; readonly route: string }[] = [
  { url: '/identity/connect/token', methods: WRITE, route: ROUTES.token },
  { url: `/identity${DISCOVERY}`, methods: READ, route: DISCOVERY },
  { url: '/identity/.well-known/oauth-authorization-server', methods: READ, route: DISCOVERY },
  { url: '/identity/.well-known/openid-configuration/jwks', methods: READ, route: ROUTES.jwks },
  { url: '/identity/jwks', methods: READ, route: ROUTES.jwks },
  // Where on-premises clients look for tokens (clients.md 2).
  { url: '/identity/oauth/token', methods: WRITE, route: ROUTES.token },
  { url: '/oauth/token', methods: WRITE, route: ROUTES.token },
];

/** Registers the canonical paths; the edge has made all others the same before routing. */
export function mountIdentity(app: FastifyInstance, identity: Identity): void {
  void app.register(async (scope) => {
    // oidc-provider reads the body from the raw request, so nobody else may.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const { url, methods, route } of PATHS) {
      scope.route({
        url,
        method: methods,
        exposeHeadRoute: false,
        handler: (request, reply) => handOver(identity, route, request, reply),
      });
    }
  });
}

async function handOver(
  identity: Identity,
  route: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  reply.hijack();
  const query = request.raw.url?.indexOf('?') ?? -1;
  request.raw.url = query < 0 ? route : route + request.raw.url?.slice(query);
  await identity.handle(request.raw, reply.raw);
}
