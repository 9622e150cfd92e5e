import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods, RouteOptions } from 'fastify';
import { type Admit, hasScope, loadOrganizationAccess } from '../auth/access.ts';
import { actorOf, namesOfScope, type Principal } from '../auth/principal.ts';
import { accessKindOf } from '../contract/access-kind.ts';
import { settingsFinder } from '../contract/not-carried-out.ts';
import { type AnswerFor, countId, type InputFor, isCounted, type Operation } from '../contract/operation.ts';
import type { Database, Transaction } from '../db/sql.ts';
import { folderRequired, forbidden, invalid, unauthenticated } from '../errors.ts';
import { names } from './accepts.ts';
import type { Address } from './address.ts';
import { answerOf, countReply, Reply, send } from './answer.ts';
import { bearerToken } from './bearer-token.ts';
import type { Context, Folder, Services } from './context.ts';
import type { Dialect } from './dialects/dialect.ts';
import { orchestrator } from './dialects/orchestrator.ts';
import { answerOnce } from './idempotency.ts';
import { withUpload } from './multipart.ts';
import { contextMaker, type NewContext } from './new-context.ts';
import type { Caller, Places } from './place.ts';
import {
  type BodyLimits,
  contentTypeOf,
  hideType,
  inputReader,
  leaveBodies,
  type ReadInput,
} from './read-request.ts';
import { type AccessOf, rememberAccess } from './remember-access.ts';
import { urlsOf } from './urls-of.ts';

/** An operation and its handler. */
export interface Route {
  readonly operation: Operation;
  readonly handler: (ctx: Context, input: never) => unknown;
}

export const handle = <O extends Operation>(
  operation: O,
  handler: (ctx: Context, input: InputFor<O>) => AnswerFor<O> | Promise<AnswerFor<O>>,
): Route => ({ operation, handler: handler as Route['handler'] });

/** What is mounted of an area. */
export interface MountedArea {
  readonly routes: readonly Route[];
  /** Default: the dialect of OData's operations. */
  readonly dialect?: Dialect;
}

export interface Edge {
  readonly db: Database;
  readonly services: Services;
  readonly places: Places;
  /** Verifies a bearer token. Throws if it is not good. */
  readonly verifyToken: (token: string) => Promise<Principal>;
  readonly admit: Admit;
  readonly publicUrl: string | undefined;
  readonly bodyLimits: BodyLimits;
}

/**
 * Registers routes. What is compiled from a declaration is compiled at the first call, so that five hundred
 * start as fast as five.
 */
export function mount(app: FastifyInstance, edge: Edge, areas: readonly MountedArea[]): void {
  const accessOf = rememberAccess(edge.db, edge.services, edge.admit);
  leaveBodies(app);
  void app.register(async (inner) => {
    inner.addHook('onRequest', hideType);
    for (const options of optionsOf(edge, areas, accessOf)) inner.route(options);
  });
}

interface OfMethods {
  readonly route: Route;
  readonly dialect: Dialect;
  readonly method: HTTPMethods[];
  readonly isCount?: boolean;
}

/**
 * HEAD is answered wherever GET is. That of a stream is answered without its handler, which would open a
 * stream that nobody reads.
 */
function headApart(route: Route, dialect: Dialect): OfMethods[] {
  const { method, answer } = route.operation;
  if (method !== 'GET') return [{ route, dialect, method: [method] }];
  const streamed = streamOf(answer);
  if (!streamed) return [{ route, dialect, method: ['GET', 'HEAD'] }];
  const head = new Reply(answer.status, null, { 'content-type': streamed });
  const handler: Route['handler'] = (ctx, input) =>
    answer.kind === 'stream' || names(ctx.headers.accept, streamed) ? head : route.handler(ctx, input);
  return [
    { route, dialect, method: ['GET'] },
    { route: { ...route, handler }, dialect, method: ['HEAD'] },
  ];
}

const streamOf = (answer: Operation['answer']): string | undefined =>
  answer.kind === 'stream' ? answer.type : answer.kind === 'plain' ? answer.streamed : undefined;

/** `/$count` stands behind the path of a list. */
const withCount = (of: OfMethods): OfMethods[] =>
  isCounted(of.route.operation) ? [of, { ...of, isCount: true }] : [of];

function optionsOf(edge: Edge, areas: readonly MountedArea[], accessOf: AccessOf): RouteOptions[] {
  const urls = urlsOf(areas.flatMap(({ routes }) => routes.map(({ operation }) => operation)));
  return areas
    .flatMap(({ routes, dialect = orchestrator }) => routes.flatMap((route) => headApart(route, dialect)))
    .flatMap(withCount)
    .flatMap(({ route, dialect, method, isCount = false }) => {
      const { operation } = route;
      const ways: Ways = {
        edge,
        route,
        dialect,
        isCount,
        accessOf,
        readInput: inputReader(operation, limitsOf(edge, operation), dialect),
        newContext: contextMaker(edge, operation),
        findSettings: settingsFinder(operation),
      };
      return urls(operation).map((url) => ({
        method,
        url: isCount ? `${url}/$count` : url,
        exposeHeadRoute: false,
        config: { operation: isCount ? countId(operation) : operation.id },
        handler: (request: FastifyRequest, reply: FastifyReply) => serve({ ...ways, request, reply }),
      }));
    });
}

const limitsOf = ({ bodyLimits, services }: Edge, { rawBody }: Operation): BodyLimits =>
  typeof rawBody === 'object'
    ? { ...bodyLimits, files: { bytes: services.setting(rawBody), name: rawBody.name } }
    : bodyLimits;

/** What is the same for all calls of an operation. */
interface Ways {
  readonly edge: Edge;
  readonly route: Route;
  readonly dialect: Dialect;
  readonly accessOf: AccessOf;
  readonly readInput: ReadInput;
  readonly newContext: NewContext;
  /** Members that an input sets and nothing acts on. */
  readonly findSettings: ReturnType<typeof settingsFinder>;
  /** Only the number of rows is asked for. */
  readonly isCount: boolean;
}

interface Call extends Ways {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * The way of a request, step by step; each step may refuse. Nothing of the body is read before the caller is
 * known and allowed.
 */
async function serve(call: Call): Promise<FastifyReply> {
  const { request, route } = call;
  const { operation } = route;
  const address = addressOf(request);
  const caller = await identify(call, address);
  const folder = caller && (await enter(call, caller));
  if (caller) authorize(call, caller, folder);
  const input = await call.readInput(request, caller !== undefined);
  if (caller && isOfOrganization(call)) requireOwnOrganization(caller, input);
  const context = call.newContext(request, address, caller, folder);
  for (const [member, effect] of call.findSettings?.(input) ?? [])
    context.log.info({ operation: operation.id, member }, effect);
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
  const { request, reply, route, dialect } = call;
  const { operation } = route;
  if (call.isCount) {
    const options = { ...context.options, orderby: [], expand: new Map(), ...NO_ROWS };
    return send(reply, countReply(await route.handler({ ...context, options }, input as never)));
  }
  const key = request.headers['idempotency-key'];
  if (dialect.keepsAnswers && isRepeatable(operation) && typeof key === 'string' && key !== '' && caller) {
    return send(reply, await once(call, context, caller, key, input));
  }
  const result = await route.handler(context, input as never);
  return send(reply, answerOf(operation, context, result));
}

const NO_ROWS = { top: 0, skip: 0, after: undefined, count: true } as const;

const isRepeatable = ({ method, readOnly }: Operation): boolean => method === 'POST' && !readOnly;

const isOfOrganization = ({ dialect }: Ways): boolean => dialect.place === 'organization';

/** As people call those who call. */
const WHO = {
  user: 'people',
  app: 'applications',
  robot: 'robots',
  machine: 'machines',
  anonymous: 'everybody',
} as const;

/**
 * Where no token is asked for, one that is not good is none: a client that asks before it signs in may still
 * send a spent one, and a supervisor whatever it is set to.
 */
async function identify(call: Call, address: Address): Promise<Caller | undefined> {
  const { edge, request, route, accessOf } = call;
  const callers = route.operation.callers ?? ['user', 'app', 'robot'];
  const isOpen = callers.includes('anonymous');
  const token = bearerToken(request.headers.authorization);
  const verified = token ? edge.verifyToken(token) : undefined;
  const principal = await (isOpen ? verified?.catch(() => undefined) : verified);
  if (!principal && isOpen) return undefined;
  if (!principal) throw unauthenticated();
  const place = isOfOrganization(call)
    ? await edge.places.organization(address, principal)
    : await edge.places.find(address, request.headers, principal);
  if (!callers.includes(principal.kind) && !isOpen) {
    const those = callers.map((kind) => WHO[kind]).join(' and ');
    throw forbidden(`This operation is for ${those}, not for ${WHO[principal.kind]}.`);
  }
  const access = isOfOrganization(call)
    ? await loadOrganizationAccess(edge.db, principal)
    : await accessOf(principal, place);
  const { operation } = route;
  return { principal, place, access: access.under(operation.scope, accessKindOf(operation)) };
}

/**
 * Most operations of Identity are given the id of the organization. That of another one is refused, whether
 * it exists or not.
 */
function requireOwnOrganization({ place }: Caller, input: Record<string, unknown>): void {
  const inBody = (input.body as { partitionGlobalId?: unknown } | undefined)?.partitionGlobalId;
  for (const id of [input.partitionGlobalId, inBody]) {
    if (id !== undefined && id !== null && id !== place.organization.id)
      throw forbidden('The organization is unknown or not accessible.');
  }
}

/** Reads the folder header if the operation has a use for it. */
async function enter(call: Call, { principal, place, access }: Caller): Promise<Folder | undefined> {
  const { edge, request, route } = call;
  const { operation } = route;
  if (operation.folder === 'none') return undefined;
  if (!covers(operation, principal)) throw scopeMissing(call, principal);
  const ambient = principal.job?.folderId;
  const folder = await edge.places.folder(request.headers, place, access, ambient);
  if (!folder && operation.folder === 'required') throw folderRequired();
  return folder;
}

const covers = (operation: Operation, principal: Principal): boolean =>
  operation.scope === null || hasScope(principal, operation.scope, accessKindOf(operation));
const scopeMissing = ({ route: { operation }, dialect }: Ways, { scopes }: Principal) =>
  forbidden(dialect.scopeMissing(namesOfScope(operation.scope!, accessKindOf(operation)), scopes));

function authorize(call: Call, { principal, access }: Caller, folder: Folder | undefined): void {
  const { operation } = call.route;
  if (principal.kind === 'machine' && operation.callers?.includes('machine')) return;
  if (!covers(operation, principal)) throw scopeMissing(call, principal);
  const { permission } = operation;
  if (permission === null) return;
  if (operation.heldByJob && principal.job && (!folder || folder.id === principal.job.folderId)) return;
  const isAllowed = folder
    ? access.allows(permission, folder.id)
    : access.allows(permission) ||
      ((operation.folder === 'optional' || operation.heldAnywhere) && access.folders(permission).length > 0);
  if (!isAllowed) throw forbidden();
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
    let holds: string | undefined;
    const inside: Context = {
      ...context,
      db: tx,
      shared: undefined,
      answerHolds: (what) => (holds = what),
      transaction: (work) => work(tx),
    };
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
        return { status: reply.status, body: reply.body, headers: reply.headers, holds };
      },
    );
  });
  return new Reply(answer.status, answer.body, answer.headers);
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
