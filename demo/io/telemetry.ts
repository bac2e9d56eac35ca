/** The demo's world as a scraper sees it: one process that is aggregator and alerting at once. */
import type { Aggregator } from '@regionpilot/aggregator';
import {
  aggregatorSamples,
  alertingSamples,
  readinessOf,
  startTelemetry,
  type Telemetry,
} from '@regionpilot/telemetry';
import type { DemoBus } from './bus.ts';
import type { OnCall } from './on-call.ts';
import type { Scope } from './scope.ts';

/** A collector's base address, and the time between two pushes, ms. */
export type OtlpTarget = { readonly endpoint: string; readonly intervalMs: number };

export type DemoTelemetry = {
  /** null: nothing is served. */
  readonly port: number | null;
  /** Pushed to as well; undefined: nobody is. */
  readonly otlp: OtlpTarget | undefined;
  readonly opened: DemoBus;
  readonly aggregator: Aggregator;
  readonly onCall: OnCall;
  readonly scope: Scope;
};

/**
 * @returns Whom to tell of each record that spans may be read out of.
 * @throws {PipelineError} PORT_IN_USE.
 */
export async function serveTelemetry(options: DemoTelemetry): Promise<Telemetry['trace']> {
  const { port, otlp, opened, aggregator, onCall, scope } = options;
  if (port === null && otlp === undefined) return () => undefined;
  const appliedMs = Date.now();
  const telemetry = await startTelemetry({
    port: port ?? undefined,
    otlpEndpoint: otlp?.endpoint,
    otlpIntervalMs: otlp?.intervalMs,
    service: 'regionpilot-demo',
    instance: 'demo',
    samples: () => [
      ...aggregatorSamples(aggregator.metrics()),
      ...alertingSamples(onCall.metrics(), { hash: 'demo', appliedMs }),
    ],
    readiness: () => {
      const { caughtUp, coldPartitions } = aggregator.status();
      return readinessOf({
        bus: opened.bus.health(),
        topicsVerified: true,
        caughtUp: caughtUp && onCall.ready(),
        coldPartitions,
      });
    },
  });
  scope.add(telemetry.close);
  return telemetry.trace;
}
