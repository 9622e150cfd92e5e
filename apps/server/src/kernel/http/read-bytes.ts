import type { IncomingMessage } from 'node:http';
import { ApiError, badRequest, CODE } from '../errors.ts';
import { codingOf, unpack } from './unpack.ts';

/** How much of a body is read. `name`: of the setting or the rule that limits it. */
export interface BodyLimit {
  readonly bytes: number;
  readonly name: string;
}

const NOTHING = Buffer.alloc(0);

/** A whole body that fits into memory, unpacked if it was packed. */
export async function readBytes(request: IncomingMessage, limit: BodyLimit): Promise<Buffer> {
  if (request.headers['content-encoding'] === undefined) return receive(request, limit);
  const coding = codingOf(request);
  const bytes = await receive(request, limit);
  if (coding === undefined || bytes.length === 0) return bytes;
  const unpacked = await unpack(bytes, coding, limit.bytes);
  if (!unpacked) throw tooLarge(limit);
  return unpacked;
}

/**
 * Nothing is read of a body that is announced as too large. The rest is thrown away as it comes, so that the
 * client gets to read the answer (close-idle-requests.ts says for how long).
 */
function receive(request: IncomingMessage, limit: BodyLimit): Promise<Buffer> {
  const announced = announcedLength(request);
  if (announced === 0) return Promise.resolve(NOTHING);
  if (announced !== undefined && announced > limit.bytes) return Promise.reject(tooLarge(limit));
  if (request.destroyed) return Promise.reject(brokenOff(0, announced));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (): void => {
      request.off('data', onData).off('end', onEnd).off('close', onBroken);
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit.bytes) return void chunks.push(chunk);
      settle();
      request.resume();
      reject(tooLarge(limit));
    };
    const onEnd = (): void => {
      settle();
      resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size));
    };
    const onBroken = (): void => {
      settle();
      reject(brokenOff(size, announced));
    };
    request.on('data', onData).on('end', onEnd).on('close', onBroken);
    request.once('error', onBroken);
  });
}

/** The number of bytes by the headers. Undefined if they come until they end, 0 if there is no body. */
export function announcedLength({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  if (length !== undefined) return Number(length);
  return headers['transfer-encoding'] === undefined ? 0 : undefined;
}

export const brokenOff = (size: number, announced: number | undefined): ApiError =>
  badRequest(CODE.InvalidArgument, `The body broke off after ${size} of ${announced ?? 'more'} bytes.`);

export const tooLarge = ({ bytes, name }: BodyLimit): ApiError =>
  new ApiError(413, CODE.InvalidArgument, `The body is larger than ${bytes} bytes (${name}).`);
