import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import type { Principal } from '../kernel/auth/principal.ts';
import type { Identity } from './identity.ts';
import { keepTime } from './provider/provider-clock.ts';
import type { Incoming } from './provider/provider-options.ts';
import { ROUTES, USERINFO } from './routes.ts';
import { mountScim } from './scim/mount-scim.ts';
import { mountSignIn } from './sign-in/mount-sign-in.ts';

const READ: HTTPMethods[] = ['GET', 'HEAD', 'OPTIONS'];
const WRITE: HTTPMethods[] = ['POST', 'OPTIONS'];
const BOTH: HTTPMethods[] = ['GET', 'HEAD', 'POST', 'OPTIONS'];
const PAGE: HTTPMethods[] = ['GET', 'HEAD', 'POST'];
const SHOWN: HTTPMethods[] = ['GET', 'HEAD'];
const DISCOVERY = '/.well-known/openid-configuration';

/**
 * The endpoints that clients can use, and the path by which oidc-provider knows each. There are no others.
 */
const PATHS: readonly {
  readonly url: string;
  readonly methods: HTTPMethods[];
  readonly route: string;
}[] = [
  { url: `/identity${ROUTES.authorization}`, methods: PAGE, route: ROUTES.authorization },
  { url: `/identity${ROUTES.authorization}/:uid`, methods: SHOWN, route: `${ROUTES.authorization}/:uid` },
  { url: `/identity${ROUTES.revocation}`, methods: WRITE, route: ROUTES.revocation },
  { url: `/identity${ROUTES.introspection}`, methods: WRITE, route: ROUTES.introspection },
  { url: `/identity${USERINFO}`, methods: BOTH, route: USERINFO },
  { url: `/identity${ROUTES.end_session}`, methods: PAGE, route: ROUTES.end_session },
  {
    url: `/identity${ROUTES.end_session}/confirm`,
    methods: ['POST'],
    route: `${ROUTES.end_session}/confirm`,
  },
  { url: `/identity${ROUTES.end_session}/success`, methods: SHOWN, route: `${ROUTES.end_session}/success` },
  { url: `/identity${ROUTES.device_authorization}`, methods: WRITE, route: ROUTES.device_authorization },
  { url: `/identity${ROUTES.code_verification}`, methods: PAGE, route: ROUTES.code_verification },
  {
    url: `/identity${ROUTES.code_verification}/:uid`,
    methods: SHOWN,
    route: `${ROUTES.code_verification}/:uid`,
  },
  { url: '/identity/connect/token', methods: WRITE, route: ROUTES.token },
  { url: `/identity${DISCOVERY}`, methods: READ, route: DISCOVERY },
  { url: '/identity/.well-known/oauth-authorization-server', methods: READ, route: DISCOVERY },
  { url: '/identity/.well-known/openid-configuration/jwks', methods: READ, route: ROUTES.jwks },
  { url: '/identity/jwks', methods: READ, route: ROUTES.jwks },
  // On-premises clients look for tokens here (clients.md 2).
  { url: '/identity/oauth/token', methods: WRITE, route: ROUTES.token },
  { url: '/oauth/token', methods: WRITE, route: ROUTES.token },
];

/** Registers the canonical paths. The edge has mapped all others to them before routing. */
export function mountIdentity(
  app: FastifyInstance,
  identity: Identity,
  options: {
    readonly verifyToken: (token: string) => Promise<Principal>;
    /** Whether the address of the server itself is answered here. */
    readonly hasFrontPage: boolean;
  },
): void {
  void app.register(async (scope) => {
    keepTime(scope, identity.clock);
    mountSignIn(scope, identity.signIn, options.hasFrontPage);
  });
  mountScim(app, { ...identity.signIn, verifyToken: options.verifyToken });
  // RFC 8414 puts an issuer's path behind the well-known part.
  const place = `/.well-known/oauth-authorization-server${new URL(identity.issuer).pathname}`;
  const paths = [...PATHS, { url: place, methods: READ, route: DISCOVERY }];
  void app.register(async (scope) => {
    keepTime(scope, identity.clock);
    // oidc-provider reads the body from the raw request, so nobody else may read it.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    for (const { url, methods, route } of paths) {
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
  const raw = request.raw as Incoming & { originalUrl?: string };
  const { uid = '' } = request.params as { readonly uid?: string };
  const query = raw.url?.indexOf('?') ?? -1;
  raw.url = route.replace(':uid', uid) + (query < 0 ? '' : raw.url!.slice(query));
  // Cookies and links use one path, whichever prefix the client used.
  raw.originalUrl = `/identity${raw.url}`;
  raw.source = request.ip;
  await identity.handle(raw, reply.raw);
}
