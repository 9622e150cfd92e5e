import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '../contract/operation.ts';
import { badRequest } from '../errors.ts';
import { readArguments, routeOf } from './address.ts';
import type { Dialect } from './dialects/dialect.ts';
import { readRawBody } from './raw-body.ts';
import type { BodyLimit } from './read-bytes.ts';
import { readJsonText } from './read-json.ts';

/** How much is read of each kind of body. */
export interface BodyLimits {
  readonly json: BodyLimit;
  /** From callers who are not signed in: a name and a password. */
  readonly anonymousJson: BodyLimit;
  /** Files, which are never held in memory. */
  readonly files: BodyLimit;
}

/**
 * Bodies stay unread until the caller is known and allowed. Fastify would refuse an invalid type, or read a
 * type that it knows, so it sees none.
 */
export function leaveBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _body, done) => done(null));
}

export function hideType({ raw }: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  (raw as Incoming).contentType = raw.headers['content-type'];
  raw.headers['content-type'] = undefined;
  done();
}

type Incoming = IncomingMessage & { contentType?: string | undefined };

export const contentTypeOf = ({ raw }: FastifyRequest): string | undefined => (raw as Incoming).contentType;

type Given = Record<string, string | string[]>;

type ReadParameters = (path: Given, query: Given) => Record<string, unknown>;

export type ReadInput = (request: FastifyRequest, isKnown: boolean) => Promise<Record<string, unknown>>;

/** Reads path, query and body of an operation's calls. For a form with files, `withUpload` reads more. */
export function inputReader(operation: Operation, limits: BodyLimits, dialect: Dialect): ReadInput {
  const { argumentNames, segmentNames } = routeOf(operation);
  const readParameters = parameterReader(operation, dialect);
  const { body } = operation;
  const bodyName = body && ('kind' in body ? 'body' : body.name.replace(/^./, (c) => c.toLowerCase()));
  return async (request, isKnown) => {
    const path = pathValues(request.params as Record<string, string>, argumentNames, segmentNames);
    if (!path) throw badRequest(1000, 'Invalid OData query options.');
    const input = readParameters(path, request.query as Given);
    if (operation.rawBody)
      Object.assign(input, readRawBody(request.raw, contentTypeOf(request), limits.files));
    else if (body) {
      const limit = isKnown ? limits.json : limits.anonymousJson;
      const text = await readJsonText(request.raw, contentTypeOf(request), limit);
      const read = dialect.readBody(body, text, bodyName!);
      request.body = read.json;
      input.body = read.body;
    }
    return input;
  };
}

function pathValues(
  params: Record<string, string>,
  argumentNames: readonly string[][],
  segmentNames: readonly string[],
): Record<string, string | string[]> | undefined {
  const values: Record<string, string | string[]> = {};
  for (const name of segmentNames) values[name] = params[name] ?? params[name.toLowerCase()]!;
  for (const [i, names] of argumentNames.entries()) {
    const given = params[`arguments${i}`];
    if (given === undefined) continue;
    const read = readArguments(given, names);
    if (!read) return undefined;
    Object.assign(values, read);
  }
  return values;
}

/** Parameters of the path are required. Those behind the question mark are named in any case. */
function parameterReader({ params = {}, query = {} }: Operation, dialect: Dialect): ReadParameters {
  const readOne = dialect.readParameter;
  const inPath = Object.entries(params).map(
    ([name, field]) => [name, { ...field, options: { ...field.options, required: true } }] as const,
  );
  const inQuery = Object.entries(query).map(([name, field]) => [name, name.toLowerCase(), field] as const);
  return (fromPath, fromQuery) => {
    const input: Record<string, unknown> = {};
    for (const [name, field] of inPath) input[name] = readOne(field, fromPath[name], name);
    if (inQuery.length === 0) return input;
    const given = lowerCased(fromQuery);
    for (const [name, lower, field] of inQuery)
      input[name] = readOne(field, given[lower] ?? fromPath[name], name) ?? undefined;
    return input;
  };
}

const lowerCased = (query: Given): Given =>
  Object.fromEntries(Object.entries(query).map(([name, value]) => [name.toLowerCase(), value]));
