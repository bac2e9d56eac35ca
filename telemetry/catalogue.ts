/**
 * Every metric there is: emitters are typed by it, the reference page is made from it, and dashboards
 * and rules are checked against it.
 */
import { agentMetrics } from './catalogue/agent.ts';
import { alertMetrics } from './catalogue/alerts.ts';
import { failoverMetrics } from './catalogue/failover.ts';
import { messagingMetrics } from './catalogue/messaging.ts';
import { pipelineMetrics } from './catalogue/pipeline.ts';
import { processMetrics } from './catalogue/process.ts';
import { regionMetrics } from './catalogue/regions.ts';
import type { Metric } from './metric.ts';

type Catalogue = typeof regionMetrics &
  typeof failoverMetrics &
  typeof pipelineMetrics &
  typeof messagingMetrics &
  typeof alertMetrics &
  typeof processMetrics &
  typeof agentMetrics;

/** OpenTelemetry name → what it is. */
export const catalogue: Catalogue = {
  ...regionMetrics,
  ...failoverMetrics,
  ...pipelineMetrics,
  ...messagingMetrics,
  ...alertMetrics,
  ...processMetrics,
  ...agentMetrics,
};

export type MetricName = keyof Catalogue;

/** Names as dashboards and rules write them. */
export type PrometheusName = Catalogue[MetricName]['prometheus'];

export type LabelsOf<Name extends MetricName> = Catalogue[Name]['labels'][number];

export type NamesOfKind<Kind extends Metric['kind']> = {
  readonly [Name in MetricName]: Catalogue[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

/** In the order of the pages. */
export const metricNames: readonly MetricName[] = Object.keys(catalogue) as MetricName[];

export function metricOf(name: MetricName): Metric {
  return catalogue[name];
}
