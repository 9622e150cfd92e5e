import { parseOptions, type QueryOptions } from '@baton/odata/options';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../auth/access.ts';
import type { Principal } from '../auth/principal.ts';
import { readableType } from '../auth/readable-type.ts';
import type { Operation } from '../contract/operation.ts';
import type { Database } from '../db/sql.ts';
import type { Address } from './address.ts';
import type { Context, Folder, Services } from './context.ts';
import { PAGE_ROWS } from './limits.ts';
import type { Caller, Place } from './place.ts';

const NO_OPTIONS: QueryOptions = parseOptions(
  { name: 'none', key: null, source: { text: '', values: [] } as never, properties: {}, navigations: {} },
  {},
);

type ReadOptions = (request: FastifyRequest, caller: Caller | undefined) => QueryOptions;

/** Paths and expansions are read against what the caller may read, so handlers need not check again. */
function optionsReader({ odata, answer }: Operation, maxTop: number): ReadOptions {
  if (!odata) return () => NO_OPTIONS;
  let none: QueryOptions | undefined;
  const read: ReadOptions = ({ query, url }, caller) =>
    url.includes('?') && caller
      ? parseOptions(readableType(odata.entity, caller), query as Record<string, string>, { maxTop })
      : (none ??= parseOptions(odata.entity.type, {}, { maxTop }));
  const isOfValues = answer.kind === 'many' && 'kind' in answer.of;
  if (!isOfValues) return read;
  // One member of each row is answered, whatever is selected.
  return (request, caller) => ({ ...read(request, caller), select: undefined, expand: new Map() });
}

/** `Prefer: odata.maxpagesize=100`, or without the prefix in version 4.01. Anything else is no preference. */
function preferredRows({ headers: { prefer } }: FastifyRequest): number | undefined {
  if (prefer === undefined) return undefined;
  const size = /(?:^|[,;\s])(?:odata\.)?maxpagesize\s*=\s*"?(\d{1,9})"?(?=[,;\s]|$)/i.exec(String(prefer));
  return Number(size?.[1]) || undefined;
}

/** `Prefer: odata.include-annotations="baton.estimatedCount"`. Also `baton.*` and `*`. */
function prefersEstimate({ headers: { prefer } }: FastifyRequest): boolean {
  if (prefer === undefined) return false;
  const asked = /(?:^|[,;\s])(?:odata\.)?include-annotations\s*=\s*"([^"]*)"/i.exec(String(prefer));
  const terms = (asked?.[1] ?? '')
    .toLowerCase()
    .split(',')
    .map((term) => term.trim());
  return terms.some((term) => ESTIMATE_TERMS.has(term)) && !terms.some((term) => NOT_ESTIMATE.has(term));
}
const ESTIMATE_TERMS = new Set(['*', 'baton.*', 'baton.estimatedcount']);
const NOT_ESTIMATE = new Set(['-*', '-baton.*', '-baton.estimatedcount']);

export type NewContext = (
  request: FastifyRequest,
  address: Address,
  caller: Caller | undefined,
  folder: Folder | undefined,
) => Context;

interface Ground {
  readonly db: Database;
  readonly services: Services;
  readonly publicUrl: string | undefined;
}

/** Each member is named and none spread, because this runs for every call. */
export function contextMaker({ db, services, publicUrl }: Ground, operation: Operation): NewContext {
  const transaction = db.transaction.bind(db);
  const pageRows = services.setting(operation.odata?.pageRows ?? PAGE_ROWS);
  const readOptions = optionsReader(operation, pageRows);
  const isList = operation.odata?.options.includes('t') === true;
  return (request, address, caller, folder) => {
    const preferred = isList ? preferredRows(request) : undefined;
    const origin = publicUrl ?? `${request.protocol}://${request.host}`;
    return {
      files: services.files,
      storage: services.storage,
      sealer: services.sealer,
      live: services.live,
      log: services.log,
      clock: services.clock,
      now: services.now,
      tokens: services.tokens,
      setting: services.setting,
      part: services.part,
      events: services.events,
      folderContents: services.folderContents,
      baseUrl: origin + address.prefix,
      url: origin + request.originalUrl,
      origin,
      headers: request.headers,
      ip: request.ip,
      // Handlers of anonymous operations do not look at the caller. All others are only reached with one.
      principal: caller?.principal as Principal,
      access: caller?.access as Access,
      organization: caller?.place.organization as Place['organization'],
      tenant: caller?.place.tenant as Place['tenant'],
      folder,
      options: readOptions(request, caller),
      pageRows: preferred === undefined ? pageRows : Math.min(preferred, pageRows),
      isPreferredSize: preferred !== undefined,
      wantsEstimate: isList && prefersEstimate(request),
      db,
      // The pool for short statements. A call that holds a connection of the other pool never waits there for
      // a second one.
      outside: db.hot,
      shared: db,
      transaction,
    };
  };
}
