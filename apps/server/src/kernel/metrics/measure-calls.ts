import type { FastifyInstance } from 'fastify';
import type { Metric, Sample } from './metric.ts';

/** Upper bounds in seconds. */
const BOUNDS = [0.005, 0.025, 0.1, 0.5, 2.5, 10];

interface Durations {
  /** For each bound, the calls up to it that took longer than the bound before. */
  readonly within: number[];
  count: number;
  seconds: number;
}

/** For calls without an operation: sign-in pages, documents, and addresses that do not exist. */
const OTHER = 'other';

/**
 * Counts the calls of a server from now on. Streams have no duration: they last as long as the client wants.
 */
export function measureCalls(app: FastifyInstance): readonly Metric[] {
  const counts = new Map<string, { readonly labels: Readonly<Record<string, string>>; value: number }>();
  const durations = new Map<string, Durations>();
  app.addHook('onResponse', (request, reply, done) => {
    const { operation = OTHER } = request.routeOptions.config as { operation?: string };
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    const key = `${operation} ${status}`;
    const count = counts.get(key) ?? { labels: { operation, status }, value: 0 };
    count.value++;
    counts.set(key, count);
    if (!String(reply.getHeader('content-type')).startsWith('text/event-stream'))
      note(durations, operation, reply.elapsedTime / 1000);
    done();
  });
  return [
    {
      name: 'baton_requests_total',
      kind: 'counter',
      help: 'Calls that were answered, by operation and kind of status.',
      read: () => [...counts.values()],
    },
    {
      name: 'baton_request_seconds',
      kind: 'histogram',
      help: 'Time from the head of a call to the end of its answer, by operation; without streams of events.',
      read: () => [...durations].flatMap(([operation, each]) => samplesOf(operation, each)),
    },
  ];
}

function note(durations: Map<string, Durations>, operation: string, seconds: number): void {
  const one = durations.get(operation) ?? { within: BOUNDS.map(() => 0), count: 0, seconds: 0 };
  durations.set(operation, one);
  one.count++;
  one.seconds += seconds;
  const bound = BOUNDS.findIndex((most) => seconds <= most);
  if (bound >= 0) one.within[bound]!++;
}

function samplesOf(operation: string, { within, count, seconds }: Durations): Sample[] {
  let upTo = 0;
  return [
    ...BOUNDS.map((bound, i): Sample => {
      upTo += within[i]!;
      return { part: '_bucket', labels: { operation, le: String(bound) }, value: upTo };
    }),
    { part: '_bucket', labels: { operation, le: '+Inf' }, value: count },
    { part: '_sum', labels: { operation }, value: seconds },
    { part: '_count', labels: { operation }, value: count },
  ];
}
