import { ODataError } from '@baton/odata/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DatabaseUnavailable } from '../db/unavailable.ts';
import { isBrokenRule, refusalOf } from '../db/violations.ts';
import { ApiError, badQuery, CODE, storageFull, unavailable } from '../errors.ts';
import { StorageFailure } from '../files/storage-failure.ts';
import type { StorageWatch } from '../files/watch-storage.ts';
import type { MethodsOf } from './allowed-methods.ts';
import { dialectOf } from './dialects/dialects.ts';

/** Turns everything that a handler throws into an answer. No other place does. */
export function answerErrors(
  app: FastifyInstance,
  storage: StorageWatch,
  methodsOf: MethodsOf,
  /** Answers some of what is at no address. */
  answerPages?: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined,
): void {
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof StorageFailure && error.isFull) storage.noteFull();
    return sendError(asApiError(error, storage), error, request, reply);
  });
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url);
    const page = methods.length === 0 ? answerPages?.(request, reply) : undefined;
    return page ?? sendError(missing(request, methods), undefined, request, reply);
  });
}

/** Characters of an address that a refusal repeats. */
const MOST_SHOWN = 200;

/** 404 where nothing is at the address, 405 where it has other methods. */
function missing({ method, originalUrl }: FastifyRequest, methods: readonly string[]): ApiError {
  const path = originalUrl.split('?')[0]!.slice(0, MOST_SHOWN);
  if (methods.length === 0) return new ApiError(404, 0, `No operation at ${method} ${path}.`);
  const headers = { allow: allow(methods) };
  return new ApiError(405, 0, `No operation at ${method} ${path}: it takes ${headers.allow}.`, { headers });
}

/** The value of the header. OPTIONS is answered everywhere. */
export const allow = (methods: readonly string[]): string => [...methods, 'OPTIONS'].join(', ');

export function asApiError(error: unknown, storage?: StorageWatch): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof ODataError) return badQuery(error.message);
  if (error instanceof StorageFailure)
    return error.isFull ? storageFull() : unavailable('The server cannot use its storage at the moment.');
  if (error instanceof DatabaseUnavailable) {
    // A database without room for its log stops.
    return storage?.isFull() ? storageFull() : unavailable('The database cannot be reached at the moment.');
  }
  const refusal = refusalOf(error);
  if (refusal) return refusal;
  const status = (error as { statusCode?: number }).statusCode;
  if (status === 413) return new ApiError(413, CODE.InvalidArgument, 'The request body is too large.');
  if (status !== undefined && status >= 400 && status < 500)
    return new ApiError(status, 0, (error as Error).message);
  return new ApiError(500, 0, 'An error has occurred.', { detail: error });
}

export function sendError(
  answer: ApiError,
  cause: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const traceId = traceIdOf(request);
  if (answer.status >= 500) request.log.error({ err: cause, traceId }, answer.message);
  else {
    const err = cause === answer ? undefined : cause;
    const level = isBrokenRule(cause) ? 'warn' : 'debug';
    request.log[level]({ status: answer.status, code: answer.code, traceId, err }, answer.message);
  }
  const { refusalType, refusal } = dialectOf(request.url);
  const body = JSON.stringify(refusal(answer, traceId));
  return reply.code(answer.status).headers(answer.headers).type(refusalType).send(body);
}

/** In the form of a W3C trace parent; a caller's own trace goes on. */
function traceIdOf(request: FastifyRequest): string {
  const given = request.headers.traceparent;
  if (typeof given === 'string' && /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/.test(given)) return given;
  return traceOf(request.id);
}

/** @param id a UUID */
export function traceOf(id: string): string {
  const hex = id.replaceAll('-', '').padEnd(48, '0');
  return `00-${hex.slice(0, 32)}-${hex.slice(8, 24)}-00`;
}
