import { appendFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';

/**
 * Appends each call as one JSON line to `file` (BATON_TRAFFIC), to compare the traffic of the tests with a
 * description of the API. For tests only, because bodies are written as they are. Lines are appended whole,
 * so several servers may share the file.
 */
export function recordTraffic(app: FastifyInstance, file: string): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const isJson = String(reply.getHeader('content-type') ?? '').includes('json');
    const text = isJson ? textOf(payload, reply.getHeader('content-encoding')) : '';
    const body = text === '' ? undefined : safeParse(text);
    const line = {
      operation: (request.routeOptions.config as { operation?: string }).operation,
      method: request.method,
      url: request.originalUrl,
      status: reply.statusCode,
      type: reply.getHeader('content-type'),
      request: request.body ?? undefined,
      response: body,
    };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    done(null, payload);
  });
}

function textOf(payload: unknown, coding: unknown): string {
  if (typeof payload === 'string') return payload;
  const unpack = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync }[String(coding)];
  return Buffer.isBuffer(payload) && unpack ? unpack(payload).toString() : '';
}

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
