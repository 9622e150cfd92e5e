import type { Metric, Sample } from './metric.ts';

export interface Told {
  readonly metric: Pick<Metric, 'name' | 'kind' | 'help'>;
  readonly samples: readonly Sample[];
}

/** Prometheus' text format, which OpenTelemetry's collector and others read too. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export const metricsText = (told: readonly Told[]): string =>
  told
    .map(
      ({ metric: { name, kind, help }, samples }) =>
        `# HELP ${name} ${escaped(help)}\n# TYPE ${name} ${kind}\n` +
        samples.map((sample) => `${name}${lineOf(sample)}\n`).join(''),
    )
    .join('');

function lineOf({ part, labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(
    ([label, text]) => `${label}="${escaped(text).replaceAll('"', '\\"')}"`,
  );
  return `${part ?? ''}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`;
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
