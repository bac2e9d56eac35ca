// The reference page of spans and log events, made from their catalogues so that it cannot drift. A
// test compares.

import { type LogSpec, logEvents } from './catalogue/logs.ts';
import { type SpanName, spanAttributes, spanOfName, spans } from './catalogue/spans.ts';

const speakers: readonly (readonly [
  title: string,
  said: string,
  Readonly<Record<string, LogSpec>>,
])[] = [
  ['Aggregator', 'Said by `regionpilot aggregator`.', logEvents.aggregator],
  ['Alerting', 'Said by `regionpilot alerts run`.', logEvents.alerts],
  ['API', 'Said by `regionpilot api`, and by an aggregator that serves it.', logEvents.api],
  ['Telemetry', 'Said by the aggregator and alerting.', logEvents.telemetry],
  ['Event log', 'Said by all, as `bus.<event>`; details vary with the adapter.', logEvents.bus],
];

const intro = [
  '# Traces and logs',
  '',
  '*Made from the catalogues in `telemetry/catalogue/` by `npm run metrics-page`.*',
  '',
  '## One trace per incident',
  '',
  'An incident is one trace: first bad event → down → decision → read back from the log → clients that',
  'apply it → everybody follows → each attempt to tell somebody. With `--otlp-endpoint URL` (or',
  '`OTEL_EXPORTER_OTLP_ENDPOINT`) the aggregator and alerting send their spans there;',
  '`OTEL_TRACES_EXPORTER=none` keeps them back for a collector that takes metrics only.',
  '',
  '- **Ids are made from the incident** (`<group>/<opened at ms>`), so every process, and every replay,',
  '  computes the same: `protocol/trace.ts`. Whoever knows the incident knows its trace.',
  '- **Spans are read out of records** that are written anyway, so a decision never waits for one. What a',
  '  collector does not take in time is dropped and counted in `regionpilot_telemetry_spans_total`.',
  '- **The root comes last**, when the incident closes; until then viewers show its children alone.',
  '- **Records carry `traceparent`**: decisions, incident records, alerts, notices, deliveries. So does',
  '  each webhook request: the receiver can hang its own work below the attempt. Alerts that belong to an',
  '  incident name it in the annotation `incident`; those about the pipeline belong to none.',
  '- **Clients join by sample.** The agent sends nothing anywhere by itself. A host hands it its own',
  '  OpenTelemetry, and 1 % of clients (by name, `sampleShare`) tell of each decision they apply:',
  '',
  '  ```ts',
  '  // `metrics` and `trace` are those of @opentelemetry/api.',
  '  agent.instrument({',
  '    meterProvider: metrics.getMeterProvider(),',
  '    tracerProvider: trace.getTracerProvider(),',
  '  });',
  '  ```',
  '',
  '  The meter gets the agent’s counters and `db.client.connection.count`. It gets no',
  '  `db.client.operation.duration`: JavaScript has no observable histogram, and a record per command is a',
  '  cost the agent refuses. The aggregator has the fleet’s durations: `regionpilot.command.duration`.',
  '- **Logs lead to the trace.** JSON lines of an event with an `incident` carry `trace_id` and `span_id`.',
] as const;

export function tracesPage(): string {
  return `${[
    ...intro,
    '',
    '## Spans',
    '',
    '| span | below | attributes | meaning |',
    '|---|---|---|---|',
    ...(Object.keys(spans) as SpanName[]).map(spanRow),
    '',
    'Attributes that are labels of metrics, too, are described [there](metrics.md#labels). The others:',
    '',
    '| attribute | |',
    '|---|---|',
    ...Object.entries(spanAttributes).map(([name, said]) => `| \`${name}\` | ${said} |`),
    '',
    '## Log events',
    '',
    'Services write one JSON line per event to standard error by pino: `level`, `time`, `event`, and the',
    "event's own fields. On a terminal the same events are words.",
    ...speakers.flatMap(speaker),
  ].join('\n')}\n`;
}

function spanRow(name: SpanName): string {
  const { parent, attributes, events, meaning } = spanOfName(name);
  const told = events.length === 0 ? '' : ` Events: ${events.map(code).join(', ')}.`;
  const below = parent === null ? '–' : code(parent);
  return `| \`${name}\` | ${below} | ${attributes.map(code).join(', ')} | ${meaning}${told} |`;
}

function speaker([title, said, specs]: (typeof speakers)[number]): readonly string[] {
  return [
    '',
    `### ${title}`,
    '',
    said,
    '',
    '| event | level | fields | meaning |',
    '|---|---|---|---|',
    ...Object.entries(specs).map(
      ([name, { level, fields, meaning }]) =>
        `| \`${name}\` | ${levelText(level)} | ${fields.map(code).join(', ')} | ${meaning} |`,
    ),
  ];
}

function levelText(level: LogSpec['level']): string {
  if (typeof level === 'string') return level;
  const cases = Object.entries(level.is).map(
    ([value, is]) => `${is} if ${level.field} is ${value}`,
  );
  return [...cases, `else ${level.otherwise}`].join(', ');
}

function code(text: string): string {
  return `\`${text}\``;
}
