import { namesOfScope } from '../../auth/principal.ts';
import { accessKindOf } from '../access-kind.ts';
import { countId, isCounted, type Operation, type Permission } from '../operation.ts';
import { countParametersOf, parametersOf } from './parameters.ts';
import { countResponsesOf, errorSchemas, responsesOf, sharedResponses } from './responses.ts';
import { type Schemas, shapeReference, valueSchema } from './schemas.ts';

export interface About {
  readonly title: string;
  readonly description: string;
  /** Identity's errors are problem details. */
  readonly ofIdentity: boolean;
}

/** The addresses under which the reader reached the document. */
export interface Whereabouts {
  readonly baseUrl: string;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
}

/** The OpenAPI 3.0 document of the operations. What does not depend on the reader is made once. */
export function openApi(
  operations: readonly Operation[],
  { title, description, ofIdentity }: About,
): (where: Whereabouts) => Record<string, unknown> {
  const schemas: Schemas = new Map(Object.entries(errorSchemas(ofIdentity)));
  // If an entity and a body have the same name, the entity is described, because it says more.
  for (const { odata, answer } of operations)
    if (odata && 'of' in answer && answer.of === odata.entity) shapeReference(odata.entity, schemas);
  const paths = pathsOf(
    operations,
    (operation, renamed) => describe(operation, renamed, ofIdentity, schemas),
    (operation, renamed) => describeCount(operation, renamed, schemas),
  );
  const components = {
    schemas: Object.fromEntries([...schemas].sort(([a], [b]) => a.localeCompare(b))),
    responses: sharedResponses(ofIdentity),
  };
  const scopes = scopesOf(operations);
  return ({ baseUrl, authorizationUrl, tokenUrl }) => ({
    openapi: '3.0.3',
    info: {
      title,
      version: '20.0',
      description,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: baseUrl || '/' }],
    tags: [...new Set(operations.map((o) => o.tag))].sort().map((name) => ({ name })),
    paths,
    components: {
      ...components,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'An access token, or a personal access token: `npx baton token create` makes one.',
        },
        OAuth2: {
          type: 'oauth2',
          description: 'For people: code with PKCE. For applications: their id and secret.',
          flows: {
            authorizationCode: { authorizationUrl, tokenUrl, scopes },
            clientCredentials: { tokenUrl, scopes },
          },
        },
      },
    },
    security: [{ bearer: [] }, { OAuth2: [] }],
  });
}

/**
 * Paths that differ only in the name of a parameter are one path. The parameter is called `id` there, and
 * each operation says whose id it is.
 */
function pathsOf(
  operations: readonly Operation[],
  describe: (operation: Operation, renamed: ReadonlyMap<string, string>) => unknown,
  describeCount: typeof describe,
): Record<string, unknown> {
  const alike = new Map<string, Set<string>>();
  for (const { path } of operations) {
    const shape = path.replace(PARAMETER, '{}');
    alike.set(shape, (alike.get(shape) ?? new Set()).add(path));
  }
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const { path, method } = operation;
    const names = alike.get(path.replace(PARAMETER, '{}'))!;
    const renamed = new Map<string, string>();
    for (const [i, [, name]] of [...path.matchAll(PARAMETER)].entries()) {
      const there = new Set([...names].map((each) => [...each.matchAll(PARAMETER)][i]![1]!));
      if (there.size > 1) renamed.set(name!, 'id');
    }
    const place = path.replace(PARAMETER, (_, name: string) => `{${renamed.get(name) ?? name}}`);
    (paths[place] ??= {})[method.toLowerCase()] = describe(operation, renamed);
    if (isCounted(operation)) paths[`${place}/$count`] = { get: describeCount(operation, renamed) };
  }
  return paths;
}

const PARAMETER = /\{(\w+)\}/g;

const scopeNames = (operation: Operation): readonly string[] =>
  operation.scope === null ? [] : namesOfScope(operation.scope, accessKindOf(operation));

const scopesOf = (operations: readonly Operation[]): Record<string, string> =>
  Object.fromEntries(
    [...new Set(operations.flatMap(scopeNames))].sort().map((scope) => [
      scope,
      scope
        .replace(/^\w+\./, '')
        .replace(/\.(Read|Write)$/, ': $1')
        .replace(/: (\w)/, (_, letter: string) => `: ${letter.toLowerCase()}`),
    ]),
  );

function describe(
  operation: Operation,
  renamed: ReadonlyMap<string, string>,
  ofIdentity: boolean,
  schemas: Schemas,
): unknown {
  const { tag, id, summary } = operation;
  const body = bodyOf(operation, schemas);
  return {
    tags: [tag],
    operationId: id,
    summary,
    description: rightsOf(operation),
    parameters: parametersOf(operation, renamed, schemas),
    ...(body ? { requestBody: body } : {}),
    responses: responsesOf(operation, ofIdentity, schemas),
    security: securityOf(operation),
  };
}

/** `/$count` behind the path of a list. */
function describeCount(
  operation: Operation,
  renamed: ReadonlyMap<string, string>,
  schemas: Schemas,
): unknown {
  return {
    tags: [operation.tag],
    operationId: countId(operation),
    summary: `How many: ${operation.summary}`,
    description: rightsOf(operation),
    parameters: countParametersOf(operation, renamed, schemas),
    responses: countResponsesOf(operation),
    security: securityOf(operation),
  };
}

function securityOf(operation: Operation): unknown[] {
  const scopes = scopeNames(operation);
  const tokens = [
    { bearer: [] },
    ...(scopes.length === 0 ? [{ OAuth2: [] }] : scopes.map((scope) => ({ OAuth2: [scope] }))),
  ];
  if (!operation.callers?.includes('anonymous')) return tokens;
  return operation.callers.length === 1 ? [] : [{}, ...tokens];
}

function rightsOf(operation: Operation): string {
  const { scope, permission, folder, callers = [] } = operation;
  if (callers.includes('anonymous')) return 'Open to everybody.';
  const parts = [];
  if (callers.length > 0 && !callers.includes('user')) parts.push(`For a caller that is a ${callers[0]}.`);
  if (scope) parts.push(`Scope: ${scopeNames(operation).join(' or ')}.`);
  parts.push(permission ? `Permission: ${permissionText(permission)}.` : 'Needs no permission of its own.');
  if (folder === 'required') parts.push('Works in the folder that a header names.');
  return parts.join(' ');
}

const permissionText = (permission: Permission): string =>
  typeof permission === 'string'
    ? permission
    : 'any' in permission
      ? permission.any.join(' or ')
      : permission.all.join(' and ');

function bodyOf({ rawBody, multipart, body, example }: Operation, schemas: Schemas): unknown {
  const binary = { type: 'string', format: 'binary' };
  if (rawBody) return { required: true, content: { '*/*': { schema: binary } } };
  if (multipart) {
    const fields = typeof multipart === 'object' ? multipart.fields : [];
    const texts = Object.fromEntries(fields.map((name) => [name, { type: 'string' }]));
    const schema = { type: 'object', properties: { file: binary, ...texts }, required: ['file', ...fields] };
    return { required: true, content: { 'multipart/form-data': { schema } } };
  }
  if (!body) return undefined;
  const isField = 'kind' in body;
  const schema = isField ? valueSchema(body, schemas) : shapeReference(body, schemas);
  return {
    required: !isField || body.options.required === true,
    content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
  };
}
