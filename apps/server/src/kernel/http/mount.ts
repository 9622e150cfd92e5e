import type { IncomingMessage } from 'node:http';
import { parseOptions, type QueryOptions } from '@baton/odata/options';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { type Access, hasScope, loadAccess, loadOrganizationAccess } from '../auth/access.ts';
import { actorOf, type Principal } from '../auth/principal.ts';
import { readableType } from '../auth/readable-type.ts';
import { accessKindOf } from '../contract/access-kind.ts';
import type { Dto, Field } from '../contract/fields.ts';
import { keptOnly, settingsFinder } from '../contract/not-carried-out.ts';
import type { InputFor, Operation } from '../contract/operation.ts';
import { readBody, readParameter } from '../contract/read-input.ts';
import type { Database, Transaction } from '../db/sql.ts';
import { badRequest, folderRequired, forbidden, invalid, unauthenticated } from '../errors.ts';
import { remember } from '../remember.ts';
import { type Address, readArguments, routeOf } from './address.ts';
import { answerOf, Reply, send } from './answer.ts';
import type { Context, Folder, Services } from './context.ts';
import { answerOnce } from './idempotency.ts';
import { withUpload } from './multipart.ts';
import type { Place, Places } from './place.ts';
import { explainInput, isIdentity, notValid, parseBody } from './problem.ts';
import { readRawBody } from './raw-body.ts';
import type { BodyLimit } from './read-bytes.ts';
import { parseJsonBody, readJsonText } from './read-json.ts';

/** An operation and what answers it. */
export interface Route {
  readonly operation: Operation;
  readonly handler: (ctx: Context, input: never) => unknown;
}

export const handle = <O extends Operation>(
  operation: O,
  handler: (ctx: Context, input: InputFor<O>) => unknown,
): Route => ({ operation, handler: handler as Route['handler'] });

export interface Edge {
  readonly db: Database;
  readonly services: Services;
  readonly places: Places;
  /** Verifies a bearer token; throws where it is not good. */
  readonly verifyToken: (token: string) => Promise<Principal>;
  readonly publicUrl: string | undefined;
  readonly bodyLimits: BodyLimits;
}

/** How much is read of bodies of each kind. */
export interface BodyLimits {
  readonly json: BodyLimit;
  /** Of those who have not said who they are: a name and a password. */
  readonly anonymousJson: BodyLimit;
  /** Files; they are never held in memory. */
  readonly files: BodyLimit;
}

/**
 * Registers routes. What is compiled from a declaration is compiled at the first call, so five hundred start
 * as fast as five.
 */
export function mount(app: FastifyInstance, edge: Edge, routes: readonly Route[]): void {
  const accessOf = rememberAccess(edge);
  leaveBodies(app);
  void app.register(async (inner) => {
    inner.addHook('onRequest', hideType);
    for (const options of optionsOf(edge, routes, accessOf)) inner.route(options);
  });
}

/**
 * Bodies stay where they are until the caller is known and allowed; `readInput` reads them then. Fastify would refuse a type that is
 * none, or read what it knows: it sees none.
 */
function leaveBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
}

function hideType({ raw }: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  (raw as Incoming).contentType = raw.headers['content-type'];
  raw.headers['content-type'] = undefined;
  done();
}

type Incoming = IncomingMessage & { contentType?: string | undefined };

function optionsOf(edge: Edge, routes: readonly Route[], accessOf: AccessOf): RouteOptions[] {
  return routes.map((route) => {
    const { url, argumentNames, segmentNames } = routeOf(route.operation.path);
    const ways: Ways = {
      edge,
      route,
      accessOf,
      newContext: contextMaker(edge, route.operation),
      readPath: (params) => pathValues(params, argumentNames, segmentNames),
      readParameters: parameterReader(route.operation),
      findSettings: settingsFinder(route.operation.body),
    };
    return {
      method: route.operation.method,
      url,
      exposeHeadRoute: false,
      handler: (request, reply) => serve({ ...ways, request, reply }),
    };
  });
}

type AccessOf = (principal: Principal, place: Place) => Promise<Access>;

type Given = Record<string, string | string[]>;

/** What is the same for all calls of an operation. */
interface Ways {
  readonly edge: Edge;
  readonly route: Route;
  readonly accessOf: AccessOf;
  readonly newContext: NewContext;
  readonly readPath: (params: Record<string, string>) => Given | undefined;
  readonly readParameters: (path: Given, query: Given) => Record<string, unknown>;
  /** Of a body, what it sets and nothing acts on. */
  readonly findSettings: ReturnType<typeof settingsFinder>;
}

interface Call extends Ways {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * The way of a request, step by step; each may refuse. Nothing of the body is read before the caller is known
 * and allowed.
 */
async function serve(call: Call): Promise<FastifyReply> {
  const { request, route } = call;
  const { operation } = route;
  const address = addressOf(request);
  const caller = await identify(call, address);
  const folder = caller && (await enter(call, caller));
  if (caller) authorize(operation, caller, folder);
  const input = await readInput(call, caller);
  if (caller && isIdentity(operation.path)) requireOwnOrganization(caller, input);
  const context = call.newContext(request, address, caller, folder);
  for (const [member, why] of call.findSettings?.((input as { body?: unknown }).body) ?? [])
    context.log.info({ operation: operation.id, member }, keptOnly(why));
  if (!operation.multipart) return answer(call, context, caller, input);
  const { services, bodyLimits } = call.edge;
  const options = { contentType: contentTypeOf(request), limit: bodyLimits.files, store: services.files };
  return withUpload(request.raw, options, (upload) => answer(call, context, caller, { ...input, ...upload }));
}

async function answer(
  call: Call,
  context: Context,
  caller: Caller | undefined,
  input: Record<string, unknown>,
): Promise<FastifyReply> {
  const { request, reply, route } = call;
  const { operation } = route;
  const key = request.headers['idempotency-key'];
  if (isRepeatable(operation) && typeof key === 'string' && key !== '' && caller) {
    return send(reply, await once(call, context, caller, key, input));
  }
  const result = await route.handler(context, input as never);
  return send(reply, answerOf(operation, context, result));
}

/** Answers of Identity may hold secrets, and its requests passwords: neither is kept, not even hashed. */
const isRepeatable = ({ method, readOnly, path }: Operation): boolean =>
  method === 'POST' && !readOnly && !isIdentity(path);

interface Caller {
  readonly principal: Principal;
  readonly place: Place;
  readonly access: Access;
}

async function identify(
  { edge, request, route, accessOf }: Call,
  address: Address,
): Promise<Caller | undefined> {
  const callers = route.operation.callers ?? ['user', 'app', 'robot'];
  const token = /^bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1];
  if (!token) {
    if (callers.includes('anonymous')) return undefined;
    throw unauthenticated();
  }
  const principal = await edge.verifyToken(token);
  const isOfOrganization = isIdentity(route.operation.path);
  const place = isOfOrganization
    ? await edge.places.organization(address, principal)
    : await edge.places.find(address, request.headers, principal);
  if (!callers.includes(principal.kind) && !callers.includes('anonymous')) {
    throw forbidden(`This operation is not for a caller of kind '${principal.kind}'.`);
  }
  const access = isOfOrganization
    ? await loadOrganizationAccess(edge.db, principal)
    : await accessOf(principal, place);
  return { principal, place, access };
}

/**
 * An organization's own id stands in most operations of Identity; anybody else's is refused, whether it
 * exists or not.
 */
function requireOwnOrganization({ place }: Caller, input: Record<string, unknown>): void {
  const inBody = (input.body as { partitionGlobalId?: unknown } | undefined)?.partitionGlobalId;
  for (const id of [input.partitionGlobalId, inBody]) {
    if (id !== undefined && id !== null && id !== place.organization.id)
      throw forbidden('The organization is unknown or not accessible.');
  }
}

/** Reads the folder header where the operation has a use for it. */
async function enter(
  { edge, request, route }: Call,
  { principal, place, access }: Caller,
): Promise<Folder | undefined> {
  const { operation } = route;
  if (operation.folder === 'none') return undefined;
  if (operation.scope !== null && !covers(operation, principal)) throw scopeMissing(operation, principal);
  const ambient = principal.job?.folderId;
  const folder = await edge.places.folder(request.headers, place, access, ambient);
  if (!folder && operation.folder === 'required') throw folderRequired();
  return folder;
}

const covers = (operation: Operation, principal: Principal): boolean =>
  operation.scope === null || hasScope(principal, operation.scope, accessKindOf(operation));
const scopeMissing = (operation: Operation, { scopes }: Principal) => {
  const expected = `'${operation.scope}' or '${operation.scope}.${accessKindOf(operation)}'`;
  return forbidden(
    isIdentity(operation.path)
      ? `Scope(s) '${[...scopes].join(',')}' is(are) invalid. Expect to have ${expected}. `
      : `The token needs the scope ${expected}.`,
  );
};

function authorize(operation: Operation, { principal, access }: Caller, folder: Folder | undefined): void {
  if (principal.kind === 'machine' && operation.callers?.includes('machine')) return;
  if (!covers(operation, principal)) throw scopeMissing(operation, principal);
  const { permission } = operation;
  if (permission === null) return;
  const isAllowed = folder
    ? access.allows(permission, folder.id)
    : access.allows(permission) ||
      ((operation.folder === 'optional' || operation.heldAnywhere) && access.folders(permission).length > 0);
  if (!isAllowed) throw forbidden();
}

async function readInput(
  { edge, request, route, readPath, readParameters }: Call,
  caller: Caller | undefined,
): Promise<Record<string, unknown>> {
  const { operation } = route;
  const { bodyLimits } = edge;
  const path = readPath(request.params as Record<string, string>);
  if (!path) throw badRequest(1000, 'Invalid OData query options.');
  const input = readParameters(path, request.query as Given);
  if (operation.rawBody)
    Object.assign(input, readRawBody(request.raw, contentTypeOf(request), bodyLimits.files));
  else if (operation.body) {
    const limit = caller ? bodyLimits.json : bodyLimits.anonymousJson;
    const text = await readJsonText(request.raw, contentTypeOf(request), limit);
    input.body = bodyOf(operation.body, operation, request, text);
  }
  return input;
}

/** What stands in the path is required; what stands behind the question mark is named in any case. */
function parameterReader({ path, params = {}, query = {} }: Operation): Ways['readParameters'] {
  const readOne = isIdentity(path) ? readIdentityParameter : readParameter;
  const inPath = Object.entries(params).map(
    ([name, field]) => [name, { ...field, options: { ...field.options, required: true } }] as const,
  );
  const inQuery = Object.entries(query).map(([name, field]) => [name, name.toLowerCase(), field] as const);
  return (fromPath, fromQuery) => {
    const input: Record<string, unknown> = {};
    for (const [name, field] of inPath) input[name] = readOne(field, fromPath[name], name);
    if (inQuery.length === 0) return input;
    const given = lowerCased(fromQuery);
    for (const [name, lower, field] of inQuery) input[name] = readOne(field, given[lower], name) ?? undefined;
    return input;
  };
}

const contentTypeOf = ({ raw }: FastifyRequest): string | undefined => (raw as Incoming).contentType;

function bodyOf(
  body: Dto | Field,
  { path }: Operation,
  request: FastifyRequest,
  text: string | undefined,
): unknown {
  const name = 'kind' in body ? 'body' : body.name.replace(/^./, (c) => c.toLowerCase());
  if (!isIdentity(path)) return readBody(body, (request.body = parseJsonBody(text)), name);
  request.body = parseBody(body, text);
  try {
    return readBody(body, request.body, name);
  } catch (error) {
    // What is wrong is told by line and position there.
    throw explainInput(error, body, request.body, text!);
  }
}

function readIdentityParameter(field: Field, value: string | string[] | undefined, name: string): unknown {
  try {
    return readParameter(field, value, name);
  } catch {
    throw notValid(name, value);
  }
}

const lowerCased = (query: Given): Given =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name.toLowerCase(), value]));

const NO_OPTIONS: QueryOptions = parseOptions(
  { name: 'none', key: null, source: { text: '', values: [] } as never, properties: {}, navigations: {} },
  {},
);

type ReadOptions = (request: FastifyRequest, caller: Caller | undefined) => QueryOptions;

/** Paths and expansions are read against what the caller may read; handlers need not ask again. */
function optionsReader({ odata }: Operation, maxTop: number): ReadOptions {
  if (!odata) return () => NO_OPTIONS;
  let none: QueryOptions | undefined;
  return ({ query, url }, caller) =>
    url.includes('?') && caller
      ? parseOptions(readableType(odata.entity, caller), query as Record<string, string>, { maxTop })
      : (none ??= parseOptions(odata.entity.type, {}, { maxTop }));
}

type NewContext = (
  request: FastifyRequest,
  address: Address,
  caller: Caller | undefined,
  folder: Folder | undefined,
) => Context;

/** Each member is named, none spread: this runs for every call. */
function contextMaker({ db, services, publicUrl }: Edge, operation: Operation): NewContext {
  const transaction = db.transaction.bind(db);
  const pageRows = services.limits[operation.odata?.pageRows ?? 'pageRows'];
  const readOptions = optionsReader(operation, pageRows);
  return (request, address, caller, folder) => {
    const origin = publicUrl ?? `${request.protocol}://${request.host}`;
    return {
      files: services.files,
      storage: services.storage,
      sealer: services.sealer,
      live: services.live,
      log: services.log,
      now: services.now,
      issueJobToken: services.issueJobToken,
      signIn: services.signIn,
      heartbeatSeconds: services.heartbeatSeconds,
      lostJobSeconds: services.lostJobSeconds,
      limits: services.limits,
      eventStreams: services.eventStreams,
      baseUrl: origin + address.prefix,
      origin,
      headers: request.headers,
      ip: request.ip,
      // Handlers of anonymous operations do not look at who calls; all others are only reached with a caller.
      principal: caller?.principal as Principal,
      access: caller?.access as Access,
      organization: caller?.place.organization as Place['organization'],
      tenant: caller?.place.tenant as Place['tenant'],
      folder,
      options: readOptions(request, caller),
      pageRows,
      db,
      // The pool whose statements are short: a call that holds a connection of the other never waits for a second one there.
      outside: db.hot,
      shared: db,
      transaction,
    };
  };
}

/** Runs the whole call in one transaction together with the record of its answer. */
async function once(
  { edge, route }: Call,
  context: Context,
  { principal, place }: Caller,
  key: string,
  input: unknown,
): Promise<Reply> {
  const { operation } = route;
  const answer = await edge.db.transaction(async (tx: Transaction) => {
    const inside: Context = { ...context, db: tx, shared: undefined, transaction: (work) => work(tx) };
    return answerOnce(
      tx,
      {
        principal: `${place.tenant.id} ${actorOf(principal)}`,
        key,
        operation: operation.id,
        request: JSON.stringify([operation.id, context.folder?.id ?? null, input]),
        sealer: context.sealer,
      },
      async () => {
        const reply = answerOf(operation, inside, await route.handler(inside, input as never));
        if (reply.body !== null && typeof reply.body !== 'string')
          throw invalid('Idempotency-Key', 'is not for this operation');
        return { status: reply.status, body: reply.body };
      },
    );
  });
  return new Reply(answer.status, answer.body);
}

function pathValues(
  params: Record<string, string>,
  argumentNames: readonly string[][],
  segmentNames: readonly string[],
): Record<string, string | string[]> | undefined {
  const values: Record<string, string | string[]> = {};
  for (const name of segmentNames) values[name] = params[name] ?? params[name.toLowerCase()]!;
  for (const [i, names] of argumentNames.entries()) {
    const read = readArguments(params[`arguments${i}`]!, names);
    if (!read) return undefined;
    Object.assign(values, read);
  }
  return values;
}

/** Set by the server's `rewriteUrl`, before routing. */
export function addressOf(request: FastifyRequest): Address {
  return (
    (request.raw as { address?: Address }).address ?? {
      url: '',
      organization: undefined,
      tenant: undefined,
      prefix: '',
    }
  );
}

/** Roles are read once per caller and tenant, and again when a notice says that roles changed anywhere. */
function rememberAccess({ db, services: { live, now } }: Edge): AccessOf {
  const names = new WeakMap<Principal, string>();
  const nameOf = (principal: Principal): string => {
    let name = names.get(principal);
    if (!name) {
      name = `${principal.kind} ${principal.job?.userId ?? principal.subject} ${[...principal.scopes].join(' ')}`;
      names.set(principal, name);
    }
    return name;
  };
  const find = remember({
    what: 'rights',
    clock: now,
    keyOf: ({ principal, place }: { readonly principal: Principal; readonly place: Place }) =>
      `${place.tenant.id} ${nameOf(principal)}`,
    ask: ({ principal, place }) => loadAccess(db, principal, place.tenant.id),
    forgetOn: { live, topics: ['access', 'folders'] },
  });
  return (principal, place) => find({ principal, place });
}
