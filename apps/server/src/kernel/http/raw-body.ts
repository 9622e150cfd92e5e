import type { IncomingMessage } from 'node:http';
import { ApiError } from '../errors.ts';
import { announcedLength, type BodyLimit, brokenOff, tooLarge } from './read-bytes.ts';
import { requirePlain } from './unpack.ts';

/** What a handler of an operation with `rawBody` finds in its input. */
export interface RawBody {
  readonly content: {
    /** As the request declares it. Undefined if it declares none, or no valid one. */
    readonly type: string | undefined;
    /** The bytes as they arrive. Throws if there are too many, or fewer than announced. */
    readonly bytes: AsyncIterable<Buffer>;
  };
}

/** `type/subtype`, followed by parameters. */
export const MEDIA_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;[ -~]*)?$/;

export function readRawBody(
  request: IncomingMessage,
  contentType: string | undefined,
  limit: BodyLimit,
): RawBody {
  const type = contentType !== undefined && MEDIA_TYPE.test(contentType) ? contentType : undefined;
  return { content: { type, bytes: boundedBytes(request, limit) } };
}

/**
 * A body of any size, chunk by chunk. If it is announced as too large, it throws before anything is written.
 */
export function boundedBytes(request: IncomingMessage, limit: BodyLimit): AsyncIterable<Buffer> {
  requirePlain(request);
  const announced = announcedLength(request);
  if (announced !== undefined && announced > limit.bytes) throw tooLarge(limit);
  return counted(request, limit, announced);
}

async function* counted(
  request: IncomingMessage,
  limit: BodyLimit,
  announced: number | undefined,
): AsyncGenerator<Buffer> {
  let size = 0;
  // Code that stops reading still wants to answer, so the connection stays.
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  try {
    for await (const chunk of chunks) {
      size += chunk.length;
      if (size > limit.bytes) throw tooLarge(limit);
      yield chunk;
    }
  } catch (error) {
    // A client that hangs up is no fault of the server's.
    throw request.readableAborted && !(error instanceof ApiError) ? brokenOff(size, announced) : error;
  } finally {
    request.resume();
  }
  if (announced !== undefined && size !== announced) throw brokenOff(size, announced);
}
