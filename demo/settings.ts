// The demo's world and how it differs from production: in the times a region must wait before
// clients return, because nobody watches a demo for minutes, and in how long a command may be held.
// Detection and moving run on defaults.

import { groupDefaults } from '@regionpilot/agent';
import {
  type AggregatorConfig,
  parseAggregatorConfig,
  policyDefaults,
} from '@regionpilot/aggregator';
import { type TopicOptions, topicDefaults } from '@regionpilot/protocol';

export const group = 'payments-cache';
export const regionNames: readonly string[] = ['eu-west', 'us-east', 'ap-south'];
/** A prefix of its own: on a shared Kafka the demo touches nothing else. */
export const topicPrefix = 'regionpilot-demo.';

export const demoPolicy = {
  healthyForMs: 2_000,
  coolDownMs: 3_000,
  // A newcomer breaks the same region again and again; elsewhere that doubles the wait.
  coolDownMaxMs: 3_000,
  flapBudgetPerDay: 1_000,
  rampStepMs: 900,
} as const;

/** Longest a command is kept back. One process plays two hundred clients here; where that is slow, a
 * failover is too, and should still be seen to lose nothing. */
export const demoHoldMs = 5_000;

/** How the world differs from the defaults. */
export const demoPolicyText: string = `demo settings (defaults): return ${inSeconds(demoPolicy.healthyForMs, policyDefaults.healthyForMs)}, steps ${inSeconds(demoPolicy.rampStepMs, policyDefaults.rampStepMs)}, hold ${inSeconds(demoHoldMs, groupDefaults.holdMs)}`;

export function aggregatorConfig(): AggregatorConfig {
  return parseAggregatorConfig({
    instance: 'demo-aggregator',
    topicPrefix,
    consumerGroup: 'regionpilot-demo-aggregator',
    policy: demoPolicy,
    groups: { [group]: { regions: regionNames } },
  });
}

/** @param brokers How many, 0 for the embedded log, which keeps one copy. */
export function topicOptions(brokers: number): TopicOptions {
  const replication = Math.max(1, Math.min(topicDefaults.replication, brokers));
  return {
    ...topicDefaults,
    prefix: topicPrefix,
    eventPartitions: 4,
    replication,
    minInsyncReplicas: Math.min(topicDefaults.minInsyncReplicas, replication),
  };
}

export function inSeconds(here: number, byDefault: number): string {
  return `${here / 1_000} s (${byDefault / 1_000})`;
}
