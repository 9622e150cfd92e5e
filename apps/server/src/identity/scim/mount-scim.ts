import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isStorable } from '../../kernel/contract/read-input.ts';
import { decodeText } from '../../kernel/http/decode-text.ts';
import { asApiError } from '../../kernel/http/errors.ts';
import { type BodyLimit, readBytes } from '../../kernel/http/read-bytes.ts';
import { parseJson, TooDeep } from '../../kernel/json/parse-json.ts';
import type { SignInServices } from '../sign-in/services.ts';
import type { ListQuery, ScimCall } from './call.ts';
import { describe, serviceProviderConfig } from './describe.ts';
import { createGroup, deleteGroup, getGroup, listGroups, patchGroup, replaceGroup } from './groups.ts';
import { badValue, errorBody, ScimError } from './scim-error.ts';
import { findDirectory } from './tokens.ts';
import { createUser, deleteUser, getUser, listUsers, patchUser, replaceUser } from './users.ts';

const ROOT = '/identity/scim/v2';
const MOST: BodyLimit = { bytes: 1024 * 1024, name: 'for SCIM' };

type Handler = (
  call: ScimCall,
  of: { readonly id: string; readonly query: ListQuery; readonly body: unknown },
) => unknown;

/** Method, path below the root, status of success, work. */
const OPERATIONS: readonly (readonly [string, string, number, Handler])[] = [
  ['GET', '/ServiceProviderConfig', 200, ({ base }) => serviceProviderConfig(base)],
  ['GET', '/ResourceTypes', 200, ({ base }) => describe('ResourceTypes', base, undefined)],
  ['GET', '/ResourceTypes/:id', 200, ({ base }, { id }) => describe('ResourceTypes', base, id)],
  ['GET', '/Schemas', 200, ({ base }) => describe('Schemas', base, undefined)],
  ['GET', '/Schemas/:id', 200, ({ base }, { id }) => describe('Schemas', base, id)],
  ['GET', '/Users', 200, (call, { query }) => listUsers(call, query)],
  ['POST', '/Users', 201, (call, { body }) => createUser(call, body)],
  ['GET', '/Users/:id', 200, (call, { id }) => getUser(call, id)],
  ['PUT', '/Users/:id', 200, (call, { id, body }) => replaceUser(call, id, body)],
  ['PATCH', '/Users/:id', 200, (call, { id, body }) => patchUser(call, id, body)],
  ['DELETE', '/Users/:id', 204, (call, { id }) => deleteUser(call, id)],
  ['GET', '/Groups', 200, (call, { query }) => listGroups(call, query)],
  ['POST', '/Groups', 201, (call, { body }) => createGroup(call, body)],
  ['GET', '/Groups/:id', 200, (call, { id, query }) => getGroup(call, id, query)],
  ['PUT', '/Groups/:id', 200, (call, { id, body }) => replaceGroup(call, id, body)],
  ['PATCH', '/Groups/:id', 200, (call, { id, body }) => patchGroup(call, id, body)],
  ['DELETE', '/Groups/:id', 204, (call, { id }) => deleteGroup(call, id)],
];

/** SCIM 2.0 (RFC 7643, 7644): a company's directory keeps the people and groups of its organization. */
export function mountScim(app: FastifyInstance, services: SignInServices): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Read once it is known whose directory it is.
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    scope.setErrorHandler((error, request, reply) => answerError(error, request, reply));
    for (const [method, path, status, handler] of OPERATIONS) {
      scope.route({
        method: method === 'GET' ? ['GET', 'HEAD'] : method,
        url: ROOT + path,
        exposeHeadRoute: false,
        handler: async (request, reply) => {
          const call = await openCall(services, request);
          const { id = '' } = request.params as { readonly id?: string };
          const body = await readBody(request);
          const answer = await handler(call, { id, query: request.query as ListQuery, body });
          const { meta } = (answer ?? {}) as { readonly meta?: { readonly location?: string } };
          if (status === 201 && meta?.location) reply.header('location', meta.location);
          reply.code(status);
          return status === 204 ? reply.send() : sendJson(reply, answer);
        },
      });
    }
  });
}

/** Some directories say plain JSON, some say nothing. */
async function readBody({ raw, headers }: FastifyRequest): Promise<unknown> {
  const bytes = await readBytes(raw, MOST);
  if (bytes.length === 0) return undefined;
  const text = decodeText(bytes, headers['content-type']);
  let body: unknown;
  try {
    body = parseJson(text);
  } catch (error) {
    const reason = error instanceof TooDeep ? error.message : 'is not JSON';
    throw new ScimError(400, `The body ${reason}.`, 'invalidSyntax');
  }
  const place = unstorable(body);
  if (place !== undefined) throw badValue(`${place} holds a character that cannot be stored.`);
  return body;
}

/** Where the first text is that the database cannot store. */
function unstorable(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : path || 'The body';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, item] of Object.entries(value)) {
    if (!isStorable(name)) return `A name in ${path || 'the body'}`;
    const step = Array.isArray(value) ? `[${name}]` : path === '' ? name : `.${name}`;
    const place = unstorable(item, path + step);
    if (place !== undefined) return place;
  }
  return undefined;
}

const sendJson = (reply: FastifyReply, answer: unknown): FastifyReply =>
  reply.header('content-type', 'application/scim+json; charset=utf-8').send(JSON.stringify(answer));

async function openCall(services: SignInServices, request: FastifyRequest): Promise<ScimCall> {
  const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const now = new Date(services.clock());
  const directory = token ? await findDirectory(services.db, token, now) : undefined;
  if (!directory) throw new ScimError(401, 'The bearer token is missing, unknown or expired.');
  return {
    db: services.db,
    log: services.log,
    organizationId: directory.organizationId,
    base: `${services.issuer}/scim/v2`,
    actor: {
      organizationId: directory.organizationId,
      by: { kind: 'scim', subject: directory.tokenId, name: directory.description || 'SCIM' },
      ip: request.ip,
      source: 'SCIM',
    },
    changed: (tx) => tx.afterCommit(services.onAccessChanged),
  };
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const of = error as { readonly name?: string; readonly message: string };
  if (error instanceof ScimError) {
    if (error.status === 401) reply.header('www-authenticate', 'Bearer');
    return sendJson(reply.code(error.status), errorBody(error.status, error.message, error.scimType));
  }
  // The last administrator stays, whatever the directory says.
  if (of.name === 'Refused') return sendJson(reply.code(409), errorBody(409, of.message, 'mutability'));
  const { status, message } = asApiError(error);
  if (status < 500) return sendJson(reply.code(status), errorBody(status, message));
  request.log.error({ err: error }, 'a SCIM call failed');
  return sendJson(reply.code(status), errorBody(status, 'Something went wrong on our side.'));
}
