import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { FastifyInstance } from 'fastify';
import type { Metric } from './metric.ts';

const QUANTILES = [0.5, 0.99, 1];
/** The time between two looks. It is part of each measured delay. */
const LOOK_MS = 20;

/** What the process uses, under the usual names. */
export function processMetrics(app: FastifyInstance): readonly Metric[] {
  const delay = monitorEventLoopDelay({ resolution: LOOK_MS });
  delay.enable();
  app.addHook('onClose', (_, done) => {
    delay.disable();
    done();
  });
  return [
    {
      name: 'process_cpu_seconds_total',
      kind: 'counter',
      help: 'Processor time that the process has used.',
      read() {
        const { user, system } = process.cpuUsage();
        return [{ value: (user + system) / 1e6 }];
      },
    },
    {
      name: 'process_resident_memory_bytes',
      kind: 'gauge',
      help: 'Memory that the process holds.',
      read: () => [{ value: process.memoryUsage.rss() }],
    },
    {
      name: 'nodejs_heap_size_used_bytes',
      kind: 'gauge',
      help: 'Memory that objects take.',
      read: () => [{ value: process.memoryUsage().heapUsed }],
    },
    {
      name: 'process_uptime_seconds',
      kind: 'gauge',
      help: 'Time since the process began: all that it counts begins with it.',
      read: () => [{ value: process.uptime() }],
    },
    {
      name: 'baton_event_loop_delay_seconds',
      kind: 'gauge',
      help: 'How late the process came to what was due, since the last scrape.',
      read() {
        const samples = QUANTILES.map((quantile) => ({
          labels: { quantile: String(quantile) },
          value: Math.max(0, delay.percentile(quantile * 100) / 1e9 - LOOK_MS / 1e3),
        }));
        delay.reset();
        return samples;
      },
    },
  ];
}
