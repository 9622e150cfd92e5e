import cors from '@fastify/cors';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Config } from './config.ts';
import { answerPages, type ConsoleOptions, mountConsole } from './console/mount-console.ts';
import { CONSOLE_FOLDER, readBuild } from './console/read-build.ts';
import type { Identity } from './identity/identity.ts';
import { mountIdentity } from './identity/mount.ts';
import {
  createPersonalAccessTokens,
  isPersonalAccessToken,
} from './identity/platform/personal-access-tokens/verify.ts';
import type { Area } from './kernel/area.ts';
import type { Database } from './kernel/db/sql.ts';
import { type Address, readAddress } from './kernel/http/address.ts';
import { noteMethods, ROUTER } from './kernel/http/allowed-methods.ts';
import { checkAddress, encodeBytes } from './kernel/http/check-address.ts';
import { closeIdleRequests } from './kernel/http/close-idle-requests.ts';
import { watchConnections } from './kernel/http/connections.ts';
import type { Services } from './kernel/http/context.ts';
import { describeApi } from './kernel/http/describe.ts';
import { drain } from './kernel/http/drain.ts';
import {
  answerExpectation,
  answerUnreadable,
  answerUnroutable,
  checkHost,
} from './kernel/http/early-errors.ts';
import { allow, answerErrors } from './kernel/http/errors.ts';
import { type Edge, mount } from './kernel/http/mount.ts';
import { createPlaces } from './kernel/http/place.ts';
import { recordTraffic } from './kernel/http/record-traffic.ts';
import { keepTrustedHeaders, readTrustedProxies } from './kernel/http/trusted-proxies.ts';
import { mountMetrics } from './kernel/metrics/mount-metrics.ts';
import { admitByGroup } from './orchestrator/users/admit-by-group.ts';

export interface Parts {
  readonly config: Config;
  readonly db: Database;
  readonly services: Services;
  readonly identity: Identity;
  readonly areas: readonly Area[];
  /** Where the console's files are. Without them, the server shows a page of its own. */
  readonly consoleFolder?: string;
}

const SMALL_BODY = 65_536;

/** The whole server at a glance: what is mounted, and in which order. */
export async function createServer({
  config,
  db,
  services,
  identity,
  areas,
  consoleFolder = CONSOLE_FOLDER,
}: Parts): Promise<FastifyInstance> {
  const trusts = readTrustedProxies(config.trustedProxies);
  const app = fastify({
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true }),
    // Only for the few routes whose bodies Fastify itself reads: the sign-in pages.
    bodyLimit: SMALL_BODY,
    genReqId: () => crypto.randomUUID(),
    // If no proxy is trusted, no call has a chain of addresses to walk.
    trustProxy: config.trustedProxies === '' ? false : trusts,
    // Calls under way are answered when the server stops (kernel/http/drain.ts).
    forceCloseConnections: false,
    return503OnClosing: false,
    routerOptions: ROUTER,
    http: { requireHostHeader: false },
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, connections.get(socket)?.request),
    frameworkErrors: answerUnroutable,
    rewriteUrl: (request) => {
      keepTrustedHeaders(request, trusts);
      const address = readAddress(encodeBytes(request.url ?? '/'));
      (request as { address?: Address }).address = address;
      return address.url;
    },
  });
  const personalAccessTokens = createPersonalAccessTokens(db, services.now);
  const edge: Edge = {
    db,
    services,
    places: createPlaces(db, services.live, services.now),
    verifyToken: (token) =>
      isPersonalAccessToken(token) ? personalAccessTokens.verify(token) : identity.verifyToken(token),
    admit: (principal, tenantId) => admitByGroup(db, services.live, principal, tenantId),
    publicUrl: config.publicUrl,
    bodyLimits: {
      json: { bytes: config.jsonLimit, name: 'BATON_JSON_LIMIT' },
      anonymousJson: { bytes: SMALL_BODY, name: 'for a caller without a token' },
      files: { bytes: config.bodyLimit, name: 'BATON_BODY_LIMIT' },
    },
  };

  const connections = watchConnections(app.server);
  closeIdleRequests(app.server, connections, config.idleBodySeconds * 1000);
  app.addHook('preClose', (done) => {
    void drain(app.server, connections, {
      deadlineMs: config.stopSeconds * 1000,
      onCut: (calls) =>
        services.log.warn({ calls }, 'calls were cut: they took longer than BATON_STOP_SECONDS'),
    });
    done();
  });
  app.server.on('checkExpectation', answerExpectation);
  const methodsOf = noteMethods(app);
  const pages = consoleOf(consoleFolder, identity, services);
  answerErrors(app, services.storage, methodsOf, pages && answerPages(pages));
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('api-supported-versions', '20.0').header('odata-version', '4.0');
    if (request.method === 'OPTIONS') reply.header('allow', allow(methodsOf(request.url)));
    done(checkHost(request) ?? checkAddress(encodeBytes(request.originalUrl)));
  });
  if (config.trafficFile) recordTraffic(app, config.trafficFile);
  const { turning } = services.clock;
  // If the database cannot be reached, the call's own statements report that.
  if (turning) app.addHook('onRequest', () => turning.look().catch(() => undefined));
  await app.register(cors, {
    origin: '*',
    methods: 'GET,HEAD,POST,PUT,PATCH,DELETE',
    // An OPTIONS request without an origin asks for the methods, and Allow tells them.
    strictPreflight: false,
    exposedHeaders: ['api-supported-versions', 'content-disposition', 'retry-after'],
    maxAge: 600,
  });

  if (config.metricsToken !== '')
    mountMetrics(app, {
      token: config.metricsToken,
      db,
      log: services.log,
      metrics: areas.flatMap((area) => area.metrics ?? []),
      sharesPort: config.sharesPort,
    });
  mountIdentity(app, identity, { verifyToken: edge.verifyToken, hasFrontPage: !pages });
  if (pages) mountConsole(app, pages);
  mount(app, edge, areas);
  describeApi(app, edge, areas);
  return app;
}

function consoleOf(folder: string, identity: Identity, { now }: Services): ConsoleOptions | undefined {
  const build = readBuild(folder);
  return build && { build, origin: new URL(identity.issuer).origin, now };
}
