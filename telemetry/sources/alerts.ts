// What alerting says, as samples.

import {
  type AlertingReading,
  attemptResults,
  noticeOutcomes,
  type ReceiverReading,
  suppressions,
} from '@regionpilot/protocol';
import { distribution, flag, type Sample, sample } from '../sample.ts';
import { settingSamples, topicSamples } from './aggregator.ts';
import { withZeros } from './zeros.ts';

/** What only the host knows of the config in use. */
export type ConfigReading = { readonly hash: string; readonly appliedMs: number };

export function alertingSamples(
  reading: AlertingReading,
  config: ConfigReading | null,
): readonly Sample[] {
  const { nowMs, firing, probeLatencyMs } = reading;
  return [
    ...firing.map(({ alertname, severity, alerts }) =>
      sample('regionpilot.alerts.firing', { alertname, severity }, alerts),
    ),
    ...deliverySamples(reading),
    ...receiverSamples(reading),
    ...configSamples(reading.configProblem === null, config),
    ...(probeLatencyMs === null
      ? []
      : [sample('regionpilot.alerts.probe.latency', {}, probeLatencyMs / 1_000)]),
    ...Object.entries(reading.heartbeats).map(([receiver, ms]) =>
      sample('regionpilot.alerts.heartbeat.age', { receiver }, (nowMs - ms) / 1_000),
    ),
    sample('regionpilot.alerts.partitions', {}, Object.keys(reading.partitions).length),
    ...topicSamples('alerts', reading),
    ...settingSamples('alerts', reading.settings),
  ];
}

function deliverySamples({ notices, latency, ...counts }: AlertingReading): Sample[] {
  const receivers = Object.values(counts.receivers).flatMap((each) => Object.keys(each));
  const attempts = withZeros(counts.attempts, receivers, attemptResults);
  const ended = withZeros(counts.ended, receivers, noticeOutcomes);
  const suppressed = withZeros(counts.suppressed, receivers, suppressions);
  return [
    ...notices.map(([receiver, reason, n]) =>
      sample('regionpilot.alerts.notices', { receiver, reason }, n),
    ),
    ...attempts.map(([receiver, result, n]) =>
      sample('regionpilot.alerts.attempts', { receiver, result }, n),
    ),
    ...ended.map(([receiver, outcome, n]) =>
      sample('regionpilot.alerts.notices.ended', { receiver, outcome }, n),
    ),
    ...suppressed.map(([receiver, reason, n]) =>
      sample('regionpilot.alerts.suppressed', { receiver, reason }, n),
    ),
    ...durationSamples(latency, receivers),
  ];
}

/** Each receiver from the start: `rate()` sees nothing of a histogram that begins with its first notice. */
function durationSamples(
  latency: AlertingReading['latency'],
  receivers: readonly string[],
): Sample[] {
  const names = [...new Set([...receivers, ...latency.map(([receiver]) => receiver)])];
  return names.map((receiver) => {
    const [, counts = []] = latency.find(([of]) => of === receiver) ?? [];
    return distribution('regionpilot.alerts.delivery.duration', { receiver }, counts);
  });
}

/** A receiver's states in all our partitions as one: numbers are added, the worst age counts. */
function receiverSamples({ receivers: byPartition, nowMs }: AlertingReading): Sample[] {
  const states = Object.values(byPartition);
  const names = new Set(states.flatMap((receivers) => Object.keys(receivers)));
  return [...names].flatMap((receiver) => {
    const all = states.flatMap((receivers) => receivers[receiver] ?? []);
    const sum = (pick: (one: ReceiverReading) => number): number =>
      all.reduce((total, one) => total + pick(one), 0);
    const oldest = (pick: (one: ReceiverReading) => number | null): number =>
      Math.max(0, ...all.map((one) => nowMs - (pick(one) ?? nowMs))) / 1_000;
    const at = { receiver };
    return [
      sample(
        'regionpilot.alerts.waiting',
        at,
        sum(({ waiting }) => waiting),
      ),
      sample(
        'regionpilot.alerts.oldest_waiting',
        at,
        oldest((one) => one.oldestWaitingMs),
      ),
      sample(
        'regionpilot.alerts.dead_letters',
        at,
        sum(({ deadLettered }) => deadLettered),
      ),
      sample(
        'regionpilot.alerts.receiver.down',
        at,
        flag(all.some((one) => one.down || one.disabled)),
      ),
      sample(
        'regionpilot.alerts.receiver.failing',
        at,
        oldest((one) => one.failingSinceMs),
      ),
    ];
  });
}

function configSamples(isNewest: boolean, config: ConfigReading | null): Sample[] {
  return [
    sample('regionpilot.alerts.config.reload_successful', {}, flag(isNewest)),
    ...(config === null
      ? []
      : [
          sample('regionpilot.alerts.config.info', { hash: config.hash }, 1),
          sample(
            'regionpilot.alerts.config.reload_success.timestamp',
            {},
            config.appliedMs / 1_000,
          ),
        ]),
  ];
}
