import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { ApiError, badRequest, CODE } from '../errors.ts';

/** What a handler of an operation with `rawBody` finds in its input. */
export interface RawBody {
  readonly content: {
    /** As the request says; undefined where it says none, or none that is one. */
    readonly type: string | undefined;
    /** The bytes as they arrive. Throws when there are too many of them, or fewer than were announced. */
    readonly bytes: AsyncIterable<Buffer>;
  };
}

/** `type/subtype` with parameters behind it. */
export const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;[ -~]*)?$/;

const typeOf = new WeakMap<IncomingMessage, string>();

/** Mounts a route whose bodies are not parsed, whatever their type; for other routes nothing changes. */
export function takeRawBodies(app: FastifyInstance, route: RouteOptions): void {
  void app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', (_request, _body, done) => done(null));
    inner.addHook('onRequest', (request, _reply, done) => {
      // Fastify refuses a type that is none, and there is no reason to.
      const type = request.headers['content-type'];
      if (type !== undefined && MEDIA_TYPE.test(type)) typeOf.set(request.raw, type);
      delete request.headers['content-type'];
      done();
    });
    inner.route(route);
  });
}

export function readRawBody(request: FastifyRequest): RawBody {
  const most = request.routeOptions.bodyLimit;
  const length = request.headers['content-length'];
  const announced = length === undefined ? undefined : Number(length);
  // Before anything is written anywhere.
  if (announced !== undefined && announced > most) throw tooLarge(most);
  return { content: { type: typeOf.get(request.raw), bytes: counted(request.raw, most, announced) } };
}

async function* counted(
  request: IncomingMessage,
  most: number,
  announced: number | undefined,
): AsyncGenerator<Buffer> {
  let size = 0;
  // Whoever stops reading still wants to answer: the connection stays.
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > most) throw tooLarge(most);
      yield chunk;
    }
  } catch (error) {
    // A client that hangs up is no fault of the server's.
    throw request.readableAborted && !(error instanceof ApiError) ? broken(size, announced) : error;
  }
  if (announced !== undefined && size !== announced) throw broken(size, announced);
}

const broken = (size: number, announced: number | undefined): ApiError =>
  badRequest(CODE.InvalidArgument, `The body broke off after ${size} of ${announced ?? 'more'} bytes.`);

const tooLarge = (most: number): ApiError =>
  new ApiError(413, CODE.InvalidArgument, `The body is larger than ${most} bytes.`);
