// Shipped rules about the machinery itself: whoever decides, counts and tells must be watched too.

import type { Rule } from '../rule.ts';
import { dashboards, rule } from './shipped-base.ts';

export const pipelineRules: readonly Rule[] = [
  // A minute: a rebalance or a warm-up tilts for seconds by design.
  rule({
    name: 'aggregatorTilted',
    signal: 'tilt',
    when: { kind: 'above', enter: 0, exit: 0 },
    forMs: 60_000,
    noData: 'keep',
    severity: 'ticket',
    summary: '{{ labels.group }}: the aggregator only watches, it does not decide',
    description: '{{ context.tilt }}',
    dashboard: dashboards.pipeline,
  }),
  // Agents call the stream stale after 5 s and act for themselves; 15 s is a whole takeover more than
  // a dead owner needs to be replaced.
  rule({
    name: 'decisionStreamStale',
    signal: 'decisionAgeMs',
    when: { kind: 'above', enter: 15_000, exit: 5_000 },
    severity: 'page',
    summary: '{{ labels.group }}: nobody answers for its decisions',
    description:
      'No heartbeat for more than 15 s. Clients keep the last decision{% if context.version %} ({{ context.version }}){% endif %}; nobody would move them.',
    dashboard: dashboards.pipeline,
  }),
  // The bound at which the aggregator itself stops acting (policy `lagMaxRecords`).
  rule({
    name: 'aggregatorBehind',
    signal: 'consumerLagRecords',
    when: { kind: 'above', enter: 50_000, exit: 10_000 },
    forMs: 60_000,
    severity: 'ticket',
    summary: 'events partition {{ labels.partition }} is read too slowly',
    description: 'The aggregator is more than 50,000 records behind the end of it.',
    dashboard: dashboards.pipeline,
  }),
  // Nothing is lost in silence; that it was counted does not make it good.
  rule({
    name: 'eventsLost',
    signal: 'eventsLost',
    when: { kind: 'above', enter: 0, exit: 0 },
    severity: 'ticket',
    summary: 'events of partition {{ labels.partition }} were lost',
    description:
      '{{ value | thousands }} batches or events within 5 minutes: gaps, drops declared by agents, and rejected records.',
    dashboard: dashboards.pipeline,
  }),
  // Time enough to ask the author, and to extend the order or let it end on purpose.
  rule({
    name: 'overrideExpiring',
    signal: 'overrideExpiresMs',
    when: { kind: 'below', enter: 900_000, exit: 900_000 },
    severity: 'ticket',
    summary:
      '{% if labels.group == "*" %}all groups{% else %}{{ labels.group }}{% endif %}: an operator\'s order ends in less than 15 minutes',
    description:
      '{{ context.author }}: {{ context.reason }}. Automation acts by itself again after it.',
    dashboard: dashboards.failover,
  }),
  // A minute of a receiver taking nothing is longer than its own short troubles and our retries.
  rule({
    name: 'alertDeliveryFailing',
    signal: 'receiverFailingMs',
    when: { kind: 'above', enter: 60_000, exit: 0 },
    severity: 'page',
    summary: 'alerts do not get through to {{ labels.receiver }}',
    description: 'Last error: {{ context.lastError }}',
    dashboard: dashboards.delivery,
  }),
  // Somebody should have been told and never will be. Ends an hour after the last one.
  rule({
    name: 'alertsDeadLettered',
    signal: 'receiverDeadLettered',
    when: { kind: 'above', enter: 0, exit: 0 },
    severity: 'page',
    summary: 'notices for {{ labels.receiver }} were given up',
    description:
      '{{ value | thousands }} within the last hour. Last error: {{ context.lastError }}',
    dashboard: dashboards.delivery,
  }),
  rule({
    name: 'alertConfigRefused',
    signal: 'configRefused',
    when: { kind: 'above', enter: 0, exit: 0 },
    severity: 'ticket',
    summary: 'a new alerting config was refused, the old one runs on',
    description: '{{ context.problem }}',
    dashboard: dashboards.delivery,
  }),
  // Proof of life: a receiver that misses it knows that nobody evaluates anything.
  rule({
    name: 'watchdog',
    signal: 'watchdog',
    when: { kind: 'above', enter: 0, exit: 0 },
    severity: 'info',
    summary: 'alerting is alive',
    description: 'This alert always fires. Whoever expects it should worry when it stops.',
    dashboard: dashboards.delivery,
  }),
];
