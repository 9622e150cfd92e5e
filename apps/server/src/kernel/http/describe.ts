import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { edmx, type MetadataModel } from '@baton/odata/metadata';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Area } from '../area.ts';
import { metadataOf, setsOf } from '../contract/edm.ts';
import { type About, openApi } from '../contract/openapi/document.ts';
import type { Operation } from '../contract/operation.ts';
import { platform } from './dialects/platform.ts';
import { documents } from './documents.ts';
import { addressOf, type Edge } from './mount.ts';

/**
 * The documents that describe the API, and a page to try it. They are made from the declarations at
 * the first request.
 */
export function describeApi(app: FastifyInstance, edge: Edge, areas: readonly Area[]): void {
  const operations = operationsOf(areas);
  const originOf = (request: FastifyRequest): string =>
    edge.publicUrl ?? `${request.protocol}://${request.host}`;
  const baseOf = (request: FastifyRequest): string => originOf(request) + addressOf(request).prefix;
  let model: MetadataModel | undefined;
  const metadata = (): MetadataModel => (model ??= metadataOf(operations));
  const sendDocument = documents();
  // Each contains the address under which it was requested.
  const sendJson = (reply: FastifyReply, make: () => unknown): Promise<FastifyReply> =>
    sendDocument(reply, baseOf(reply.request) + reply.request.url.split('?')[0], () => ({
      type: 'application/json; charset=utf-8',
      content: JSON.stringify(make()),
    }));
  const ofTenants = operationsOf(areas.filter(({ dialect }) => dialect !== platform));
  // Its base already shows that it is Identity's.
  const ofOrganizations = operationsOf(areas.filter(({ dialect }) => dialect === platform)).map(
    (operation) => ({ ...operation, path: operation.path.replace(/^\/identity/, '') }),
  );

  const whereOf = (request: FastifyRequest, identity: string) => ({
    baseUrl: baseOf(request),
    authorizationUrl: `${identity}/connect/authorize`,
    tokenUrl: `${identity}/connect/token`,
  });
  const tenants = once(() => openApi(ofTenants, ORCHESTRATOR));
  const organizations = once(() => openApi(ofOrganizations, IDENTITY));
  for (const version of ['v20.0', 'v1']) {
    app.get(`/swagger/${version}/swagger.json`, (request, reply) =>
      sendJson(reply, () => tenants()(whereOf(request, `${originOf(request)}/identity`))),
    );
  }
  app.get('/identity/swagger/external/swagger.json', (request, reply) =>
    sendJson(reply, () => organizations()(whereOf(request, baseOf(request)))),
  );
  // Beside the other one, for the page that shows both.
  app.get('/swagger/identity/swagger.json', (request, reply) => {
    const { organization } = addressOf(request);
    const prefix = organization === undefined ? '' : `/${encodeURIComponent(organization)}`;
    const baseUrl = `${originOf(request)}${prefix}/identity_`;
    return sendJson(reply, () => organizations()({ ...whereOf(request, baseUrl), baseUrl }));
  });
  app.get('/odata/$metadata', (_, reply) =>
    sendDocument(reply, 'metadata', () => ({
      type: 'application/xml; charset=utf-8',
      content: edmx(metadata()),
    })),
  );
  app.get('/odata', (request) => ({
    '@odata.context': `${baseOf(request)}/odata/$metadata`,
    value: setsOf(metadata()).map(({ name }) => ({ name, kind: 'EntitySet', url: name })),
  }));

  // The page's files as this package carries them. swagger-ui-dist itself depends on a package
  // that reports installs.
  const assets = join(
    dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json')),
    'static',
  );
  for (const [file, type] of ASSETS) {
    app.get(`/swagger/assets/${file}`, (_, reply) =>
      sendDocument(reply, file, async () => ({ type, content: await readFile(join(assets, file)) })),
    );
  }
  for (const url of ['/swagger', '/swagger/index.html', '/swagger/ui/index']) {
    app.get(url, (_, reply) => reply.type('text/html; charset=utf-8').send(PAGE));
  }
}

const operationsOf = (areas: readonly Area[]): readonly Operation[] =>
  areas.flatMap(({ routes }) => routes.map(({ operation }) => operation));

const ORCHESTRATOR: About = {
  title: 'Baton Orchestrator',
  description: 'Jobs, queues, assets and robots of one tenant.',
  ofIdentity: false,
};
const IDENTITY: About = {
  title: 'Baton Identity',
  description: 'People, groups, applications and tokens of one organization.',
  ofIdentity: true,
};

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The requests of the page. */
const ASSETS = [
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['swagger-ui-standalone-preset.js', 'text/javascript; charset=utf-8'],
  ['oauth2-redirect.html', 'text/html; charset=utf-8'],
  ['oauth2-redirect.js', 'text/javascript; charset=utf-8'],
] as const;

/**
 * One text for all. The page finds out by itself where it was read from, so no part of a URL is ever
 * pasted into it.
 */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Baton API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/swagger/assets/swagger-ui.css">
<style>
body { margin: 0 }
.swagger-ui .topbar .link { display: none }
/* On a telephone. */
.swagger-ui .opblock-tag { overflow-wrap: anywhere }
.swagger-ui .filter .operation-filter-input { box-sizing: border-box; width: 100% }
/* Its own green is 2 : 1 on white. */
html:not(.dark-mode) .swagger-ui .btn.authorize { border-color: #1a7a4c; color: #1a7a4c }
html:not(.dark-mode) .swagger-ui .btn.authorize svg { fill: #1a7a4c }
</style>
</head>
<body>
<div id="api"></div>
<script src="/swagger/assets/swagger-ui-bundle.js"></script>
<script src="/swagger/assets/swagger-ui-standalone-preset.js"></script>
<script>
  const here = location.pathname.replace(/\\/swagger.*$/i, '') + '/swagger/';
  const page = SwaggerUIBundle({
    urls: [
      { name: 'Orchestrator', url: here + 'v20.0/swagger.json' },
      { name: 'Identity', url: here + 'identity/swagger.json' },
    ],
    dom_id: '#api',
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    layout: 'StandaloneLayout',
    oauth2RedirectUrl: location.origin + '/swagger/assets/oauth2-redirect.html',
    docExpansion: 'none',
    filter: true,
    persistAuthorization: true,
    tryItOutEnabled: true,
  });
  page.initOAuth({ usePkceWithAuthorizationCodeGrant: true });
</script>
</body>
</html>
`;
