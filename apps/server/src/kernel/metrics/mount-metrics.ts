import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Queryable } from '../db/sql.ts';
import { unauthenticated } from '../errors.ts';
import { text } from '../settings.ts';
import { measureCalls } from './measure-calls.ts';
import type { Metric, Sample } from './metric.ts';
import { METRICS_TYPE, metricsText, type Told } from './metrics-text.ts';
import { processMetrics } from './process-metrics.ts';

const SHORTEST_TOKEN = 16;

/**
 * Access depends on a token, not on the caller's address: behind a proxy on the same machine, all calls come
 * from that machine.
 */
export const METRICS_TOKEN = text(
  'BATON_METRICS_TOKEN',
  {
    help: `turns GET /metrics on, for who sends it as 'Authorization: Bearer'; ${SHORTEST_TOKEN} characters at least`,
  },
  (token) => {
    if (token === '' || (token.length >= SHORTEST_TOKEN && /^[\w.~+/=-]+$/.test(token))) return token;
    throw new Error(
      `BATON_METRICS_TOKEN: is not ${SHORTEST_TOKEN} characters or more of those that a bearer token may have (letters, digits, -._~+/=).`,
    );
  },
);

interface Ground {
  readonly token: string;
  readonly db: Queryable;
  readonly log: { warn(what: object, message: string): void };
  readonly metrics: readonly Metric[];
  /** Whether several processes share one port. Metrics of this process are then labelled with its number. */
  readonly sharesPort: boolean;
}

/** `GET /metrics`, for Prometheus and other readers of its format. */
export function mountMetrics(app: FastifyInstance, { token, db, log, metrics, sharesPort }: Ground): void {
  const isRight = checker(token);
  const own = [...measureCalls(app), ...processMetrics(app)];
  const labels: Readonly<Record<string, string>> = sharesPort ? { pid: String(process.pid) } : {};

  /** Reads one metric after the other, so that watching does not take connections away from calls. */
  async function readAll(): Promise<Told[]> {
    const told: Told[] = [];
    let failed = 0;
    const add = async (metric: Metric, more: Readonly<Record<string, string>>): Promise<void> => {
      try {
        const samples = await metric.read(db);
        told.push({ metric, samples: samples.map((one) => withLabels(one, more)) });
      } catch (error) {
        failed++;
        log.warn({ err: error, metric: metric.name }, 'a metric could not be read');
      }
    };
    for (const metric of own) await add(metric, labels);
    for (const metric of metrics) await add(metric, {});
    return [...told, { metric: FAILED, samples: [{ value: failed }] }];
  }

  app.get('/metrics', async (request, reply) => {
    if (!isRight(request.headers.authorization)) throw unauthenticated();
    return reply
      .header('cache-control', 'no-store')
      .type(METRICS_TYPE)
      .send(metricsText(await readAll()));
  });
}

const FAILED = {
  name: 'baton_metrics_failed',
  kind: 'gauge',
  help: 'Metrics that this scrape lacks because they could not be read; the log says why.',
} as const;

const withLabels = (sample: Sample, more: Readonly<Record<string, string>>): Sample => ({
  ...sample,
  labels: { ...more, ...sample.labels },
});

/** Compares in constant time, so that the duration tells nothing about the token. */
function checker(token: string): (authorization: string | undefined) => boolean {
  const hashOf = (given: string): Buffer => createHash('sha256').update(given).digest();
  const wanted = hashOf(`Bearer ${token}`);
  return (authorization) =>
    authorization !== undefined &&
    timingSafeEqual(hashOf(authorization.replace(/^bearer /i, 'Bearer ')), wanted);
}
