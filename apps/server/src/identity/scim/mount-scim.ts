import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasScope } from '../../kernel/auth/access.ts';
import type { Principal } from '../../kernel/auth/principal.ts';
import { isStorable } from '../../kernel/contract/read-input.ts';
import { bearerToken } from '../../kernel/http/bearer-token.ts';
import { decodeText } from '../../kernel/http/decode-text.ts';
import { sendPacked, WORTH_PACKING } from '../../kernel/http/pack.ts';
import { type BodyLimit, readBytes } from '../../kernel/http/read-bytes.ts';
import { SCIM_TYPE, scimError } from '../../kernel/http/scim-form.ts';
import { parseJson, TooDeep } from '../../kernel/json/parse-json.ts';
import type { SignInServices } from '../sign-in/services.ts';
import { type ListQuery, readQuery, type ScimCall } from './call.ts';
import { chosen } from './chosen-attributes.ts';
import { describe, serviceProviderConfig } from './describe.ts';
import { createGroup, deleteGroup, getGroup, listGroups, patchGroup, replaceGroup } from './groups.ts';
import { badValue, ScimError } from './scim-error.ts';
import { searchAll } from './search.ts';
import { findDirectory } from './tokens.ts';
import { createUser, deleteUser, getUser, listUsers, patchUser, replaceUser } from './users.ts';

const ROOT = '/identity/scim/v2';
const MOST: BodyLimit = { bytes: 1024 * 1024, name: 'for SCIM' };

export interface ScimServices extends SignInServices {
  /** Of people, for `/Me`. Throws if the token is not good. */
  readonly verifyToken: (token: string) => Promise<Principal>;
}

interface Of {
  readonly id: string;
  /** The parameters of the address, or the body of a search. */
  readonly query: ListQuery;
  readonly body: unknown;
}

type Handler = (call: ScimCall, of: Of) => unknown;

/** Method, path below the root, status of success, and work. */
const OPERATIONS: readonly (readonly [string, string, number, Handler])[] = [
  ['GET', '/ServiceProviderConfig', 200, ({ base }) => serviceProviderConfig(base)],
  ['GET', '/ResourceTypes', 200, ({ base }, { query }) => describe('ResourceTypes', base, undefined, query)],
  ['GET', '/ResourceTypes/:id', 200, ({ base }, { id, query }) => describe('ResourceTypes', base, id, query)],
  ['GET', '/Schemas', 200, ({ base }, { query }) => describe('Schemas', base, undefined, query)],
  ['GET', '/Schemas/:id', 200, ({ base }, { id, query }) => describe('Schemas', base, id, query)],
  ['GET', '/', 200, (call, { query }) => searchAll(call, query)],
  ['POST', '/.search', 200, (call, { query }) => searchAll(call, query)],
  ['GET', '/Users', 200, (call, { query }) => listUsers(call, query)],
  ['POST', '/Users/.search', 200, (call, { query }) => listUsers(call, query)],
  ['POST', '/Users', 201, (call, { body }) => createUser(call, body)],
  ['GET', '/Users/:id', 200, (call, { id }) => getUser(call, id)],
  ['PUT', '/Users/:id', 200, (call, { id, body }) => replaceUser(call, id, body)],
  ['PATCH', '/Users/:id', 200, (call, { id, body }) => patchUser(call, id, body)],
  ['DELETE', '/Users/:id', 204, (call, { id }) => deleteUser(call, id)],
  ['GET', '/Groups', 200, (call, { query }) => listGroups(call, query)],
  ['POST', '/Groups/.search', 200, (call, { query }) => listGroups(call, query)],
  ['POST', '/Groups', 201, (call, { body }) => createGroup(call, body)],
  ['GET', '/Groups/:id', 200, (call, { id, query }) => getGroup(call, id, query)],
  ['PUT', '/Groups/:id', 200, (call, { id, body }) => replaceGroup(call, id, body)],
  ['PATCH', '/Groups/:id', 200, (call, { id, body }) => patchGroup(call, id, body)],
  ['DELETE', '/Groups/:id', 204, (call, { id }) => deleteGroup(call, id)],
  [
    'POST',
    '/Bulk',
    200,
    () => {
      throw new ScimError(501, 'Bulk operations are not supported.');
    },
  ],
];

/** SCIM 2.0 (RFC 7643, 7644): a company's directory maintains the people and groups of its organization. */
export function mountScim(app: FastifyInstance, services: ScimServices): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // The body is read only after the token has shown whose directory it is.
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    scope.setErrorHandler(answerError);
    for (const [method, path, status, handler] of OPERATIONS) {
      const isSearch = path.endsWith('/.search');
      scope.route({
        method: method === 'GET' ? ['GET', 'HEAD'] : method,
        url: ROOT + path,
        exposeHeadRoute: false,
        handler: async (request, reply) => {
          const call = await openCall(services, request);
          const { id = '' } = request.params as { readonly id?: string };
          const body = await readBody(request);
          const query = readQuery(isSearch ? body : request.query);
          const answer = await handler(call, { id, query, body });
          if (status === 201) reply.header('location', locationOf(answer));
          reply.code(status);
          return status === 204 ? reply.send() : sendJson(reply, chosen(answer, query));
        },
      });
    }
    scope.route({
      method: ['GET', 'HEAD'],
      url: `${ROOT}/Me`,
      exposeHeadRoute: false,
      handler: async (request, reply) => {
        const { call, userId } = await openOwn(services, request);
        const answer = await getUser(call, userId);
        reply.header('location', locationOf(answer));
        return sendJson(reply, chosen(answer, readQuery(request.query)));
      },
    });
  });
}

const locationOf = (answer: unknown): string =>
  (answer as { readonly meta: { readonly location: string } }).meta.location;

/** Some directories send plain JSON as content type, some send none. */
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

/** The path of the first text that the database cannot store. */
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

function sendJson(reply: FastifyReply, answer: unknown): FastifyReply | Promise<FastifyReply> {
  const text = JSON.stringify(answer);
  reply.header('content-type', SCIM_TYPE);
  return text.length >= WORTH_PACKING ? sendPacked(reply, text) : reply.send(text);
}

const tokenOf = ({ headers }: FastifyRequest): string | undefined => bearerToken(headers.authorization);

const noDirectory = () => new ScimError(401, 'The bearer token is missing, unknown or expired.');

const directoryOf = async ({ db, clock }: ScimServices, request: FastifyRequest) => {
  const token = tokenOf(request);
  return token ? findDirectory(db, token, new Date(clock())) : undefined;
};

async function openCall(services: ScimServices, request: FastifyRequest): Promise<ScimCall> {
  const directory = await directoryOf(services, request);
  if (!directory) throw noDirectory();
  const { organizationId, tokenId, description } = directory;
  const by = { kind: 'scim', subject: tokenId, name: description || 'SCIM' } as const;
  return callOf(services, request, organizationId, by);
}

const callOf = (
  services: ScimServices,
  request: FastifyRequest,
  organizationId: string,
  by: ScimCall['actor']['by'],
): ScimCall => ({
  db: services.db,
  log: services.log,
  organizationId,
  base: `${services.issuer}/scim/v2`,
  actor: { organizationId, by, ip: request.ip, source: 'SCIM' },
  changed: (tx) => tx.afterCommit(services.onAccessChanged),
});

/** `/Me` is for people. A directory is nobody, so there is no resource for it (RFC 7644, 3.11). */
async function openOwn(
  services: ScimServices,
  request: FastifyRequest,
): Promise<{ readonly call: ScimCall; readonly userId: string }> {
  if (await directoryOf(services, request))
    throw new ScimError(404, 'The token is that of a directory, and of no person.');
  const token = tokenOf(request);
  if (!token) throw noDirectory();
  const principal = await services.verifyToken(token);
  const { kind, subject, organizationId } = principal;
  if (kind !== 'user' || !hasScope(principal, 'PM.User', 'Read'))
    throw new ScimError(403, 'The token is of no person, or lacks the scope PM.User or PM.User.Read.');
  return { call: callOf(services, request, organizationId, { kind, subject }), userId: subject };
}

/** Failures outside of SCIM are answered as everywhere, but in SCIM's form (kernel/http/errors.ts). */
function answerError(
  error: unknown,
  _request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply | Promise<FastifyReply> {
  if (error instanceof ScimError) {
    if (error.status === 401) reply.header('www-authenticate', 'Bearer');
    return sendJson(reply.code(error.status), scimError(error.status, error.message, error.scimType));
  }
  const of = error as { readonly name?: string; readonly message: string };
  // The last administrator stays, whatever the directory says.
  if (of.name === 'Refused') return sendJson(reply.code(409), scimError(409, of.message, 'mutability'));
  throw error;
}
