// The reference page of all metrics, made from the catalogue so that it cannot drift. A test
// compares.

import { agentMetrics } from './catalogue/agent.ts';
import { alertMetrics } from './catalogue/alerts.ts';
import { failoverMetrics } from './catalogue/failover.ts';
import { messagingMetrics } from './catalogue/messaging.ts';
import { pipelineMetrics } from './catalogue/pipeline.ts';
import { processMetrics } from './catalogue/process.ts';
import { regionMetrics } from './catalogue/regions.ts';
import { type MetricName, metricNames, metricOf } from './catalogue.ts';
import { type LabelName, labels } from './labels.ts';
import { prometheusLabelOf } from './metric.ts';
import { seriesMaxDefault } from './registry.ts';

const chapters: readonly (readonly [title: string, said: string, metrics: object])[] = [
  ['Regions', 'Said by the aggregator.', regionMetrics],
  ['Failover', 'Said by the aggregator.', failoverMetrics],
  [
    'Pipeline',
    'Said by the aggregator; outboxes and dead letters by alerting, too.',
    pipelineMetrics,
  ],
  [
    'Event log',
    'Said by aggregator and alerting, by OpenTelemetry’s conventions for messaging.',
    messagingMetrics,
  ],
  ['Alert delivery', 'Said by `regionpilot alerts run`.', alertMetrics],
  ['Process', 'Said by every service.', processMetrics],
  [
    'Agent',
    'For a host that exports them (`agent.instrument`, `agentSamples`); the agent itself exports nothing.',
    agentMetrics,
  ],
];

const arrows = { up: 'more is worse', down: 'less is worse', none: '–' } as const;

export function metricsPage(): string {
  return `${[
    '# Metrics',
    '',
    '*Made from the catalogue in `telemetry/catalogue/` by `npm run metrics-page`.*',
    '',
    'Each service offers them in two ways, both off by default: `--telemetry-port N` serves `/metrics`',
    '(OpenMetrics for who asks for it, else the Prometheus format), `/healthz` and `/readyz`;',
    '`--otlp-endpoint URL` (or `OTEL_EXPORTER_OTLP_ENDPOINT`) pushes the same, cumulative, by OTLP/HTTP.',
    'The names below are those in Prometheus, whichever way a metric came; under each stands its',
    "OpenTelemetry name. Sums of a group and region run over instances: each event is in one instance's.",
    '',
    'Histograms have classic buckets at some powers of two of a microsecond in the text (exact counts), and',
    'are exponential histograms of scale 4 over OTLP, native histograms in Prometheus. Their sums are made',
    'from the middles of buckets and may be 2.2 % off.',
    '',
    `A metric has at most ${number(seriesMaxDefault)} series per process unless its row says otherwise; what comes after`,
    'is left out and counted in `regionpilot_telemetry_series_dropped_total`.',
    ...chapters.flatMap(chapter),
    '',
    '## Labels',
    '',
    'No label’s value is a client, a connection, an alert’s fingerprint or an error’s text.',
    '',
    '| label | who bounds it |',
    '|---|---|',
    ...(Object.keys(labels) as LabelName[]).map(
      (label) => `| \`${prometheusLabelOf(label)}\` | ${labels[label]} |`,
    ),
  ].join('\n')}\n`;
}

function chapter([title, said, metrics]: (typeof chapters)[number]): readonly string[] {
  const names = metricNames.filter((name) => Object.hasOwn(metrics, name));
  return [
    '',
    `## ${title}`,
    '',
    said,
    '',
    '| metric | kind | labels | meaning | bad |',
    '|---|---|---|---|---|',
    ...names.map(row),
  ];
}

function row(name: MetricName): string {
  const { prometheus, kind, unit, labels: own, meaning, worse, seriesMax } = metricOf(name);
  const most = seriesMax === undefined ? '' : ` At most ${number(seriesMax)} series.`;
  const names = own.map((label) => `\`${prometheusLabelOf(label)}\``).join(', ');
  return `| \`${prometheus}\`<br>${name} (${unit}) | ${kind} | ${names} | ${meaning}${most} | ${arrows[worse]} |`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}
