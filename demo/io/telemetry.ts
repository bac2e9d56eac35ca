/** The demo's world as a scraper sees it: one process that is aggregator and alerting at once. */
import type { Aggregator } from '@regionpilot/aggregator';
import {
  aggregatorSamples,
  alertingSamples,
  readinessOf,
  startTelemetry,
} from '@regionpilot/telemetry';
import type { DemoBus } from './bus.ts';
import type { OnCall } from './on-call.ts';
import type { Scope } from './scope.ts';

export type DemoTelemetry = {
  /** null: nothing is served. */
  readonly port: number | null;
  readonly opened: DemoBus;
  readonly aggregator: Aggregator;
  readonly onCall: OnCall;
  readonly scope: Scope;
};

/** @throws {PipelineError} PORT_IN_USE. */
export async function serveTelemetry(options: DemoTelemetry): Promise<void> {
  const { port, opened, aggregator, onCall, scope } = options;
  if (port === null) return;
  const appliedMs = Date.now();
  const telemetry = await startTelemetry({
    port,
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
}
