import cors from '@fastify/cors';
import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance, LogController } from 'fastify';
import type { Config } from './config.ts';
import { type Identity } from './identity/identity.ts';
import { mountIdentity } from './identity/mount.ts';
import {
  createPersonalAccessTokens,
  isPersonalAccessToken,
} from './identity/platform/personal-access-tokens/verify.ts';
import type { Database } from './kernel/db/sql.ts';
import { type Address, readAddress } from './kernel/http/address.ts';
import type { Services } from './kernel/http/context.ts';
import { describeApi } from './kernel/http/describe.ts';
import { answerUnreadable, answerUnroutable } from './kernel/http/early-errors.ts';
import { answerErrors } from './kernel/http/errors.ts';
import { type Edge, mount } from './kernel/http/mount.ts';
import { createPlaces } from './kernel/http/place.ts';
import { recordTraffic } from './kernel/http/record-traffic.ts';
import { parseJson } from './kernel/json/parse-json.ts';
import { routes } from './operations.ts';
import { accountRoutes } from './orchestrator/account/routes.ts';

export interface Parts {
  readonly config: Config;
  readonly db: Database;
  readonly services: Services;
  readonly identity: Identity;
}

/** The whole server on one screen: what is mounted, in which order. */
export async function createServer({ config, db, services, identity }: Parts): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.bodyLimit,
    genReqId: () => crypto.randomUUID(),
    trustProxy: config.publicUrl !== undefined,
    forceCloseConnections: true,
    routerOptions: {
      caseSensitive: false,
      ignoreTrailingSlash: true,
      ignoreDuplicateSlashes: true,
      maxParamLength: 4096,
    },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: answerUnroutable,
    rewriteUrl: (request) => {
      const address = readAddress(request.url ?? '/');
      (request as { address?: Address }).address = address;
      return address.url;
    },
  });
  const personalAccessTokens = createPersonalAccessTokens(db, services.now);
  const edge: Edge = {
    db,
    services,
    places: createPlaces(db, services.live),
    verifyToken: (token) =>
      isPersonalAccessToken(token) ? personalAccessTokens.verify(token) : identity.verifyToken(token),
    publicUrl: config.publicUrl,
  };

  answerErrors(app, services.storage);
  acceptBodies(app);
  app.addHook('onRequest', (_, reply, done) => {
    reply.header('api-supported-versions', '20.0').header('odata-version', '4.0');
    done();
  });
  if (config.trafficFile) recordTraffic(app, config.trafficFile);
  await app.register(cors, {
    origin: '*',
    methods: 'GET,HEAD,POST,PUT,PATCH,DELETE',
    exposedHeaders: ['api-supported-versions', 'content-disposition', 'retry-after'],
    maxAge: 600,
  });
  await app.register(multipart, { limits: { fileSize: config.bodyLimit, files: 20, parts: 100 } });

  mountIdentity(app, identity);
  const mounted = config.passwordSignIn ? [...routes, ...accountRoutes] : routes;
  mount(app, edge, mounted);
  await describeApi(
    app,
    edge,
    mounted.map((route) => route.operation),
  );
  return app;
}

/** Clients send JSON under several names, an empty body with a content type, and bodies with GET and DELETE (all are accepted). */
function acceptBodies(app: FastifyInstance): void {
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser(
    /^(application|text)\/([\w.+-]+\+)?json/i,
    { parseAs: 'string' },
    (request, body, done) => {
      const text = body.toString();
      if (request.routeOptions.config.keepsBodyText) return done(null, text);
      if (text.trim() === '') return done(null, undefined);
      try {
        done(null, parseJson(text));
      } catch (error) {
        done(
          Object.assign(new Error(`The body is not JSON: ${(error as Error).message}`), { statusCode: 400 }),
        );
      }
    },
  );
}
