import { appendFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';

/**
 * Appends each call as one JSON line to `file` (BATON_TRAFFIC), for holding the traffic of the tests against a description of the
 * API. Tests only: bodies are written as they are. Lines are appended whole, so several servers may share the file.
 */
export function recordTraffic(app: FastifyInstance, file: string): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const isJson = String(reply.getHeader('content-type') ?? '').includes('json');
    const body = typeof payload === 'string' && payload !== '' && isJson ? safeParse(payload) : undefined;
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

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
