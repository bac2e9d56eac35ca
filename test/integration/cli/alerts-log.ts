// A log of alerts to ask questions of: what owners, operators and receivers would have written, at
// times a test can name.

import type { Bus } from '@regionpilot/bus';
import {
  type Alert,
  type AlertsTopicRecord,
  alertsKey,
  type Delivery,
  encodeRecord,
  envelope,
  type Labels,
  type Notice,
  type Sent,
  topicCatalogue,
  topicDefaults,
} from '@regionpilot/protocol';
import { dedupKeyOf, fingerprintOf } from '../../../alerts/fingerprint.ts';
import { runCommand } from '../../../cli/io/program.ts';
import type { Session } from '../../../cli/io/session.ts';
import type { Ended } from './run.ts';

export function alertAt(startsMs: number, labels: Labels, given: Partial<Alert> = {}): Alert {
  return {
    fingerprint: fingerprintOf(labels),
    labels,
    severity: 'page',
    state: 'firing',
    startsMs,
    endsMs: null,
    updatedMs: startsMs,
    expiresMs: null,
    summary: `${labels['alertname']} is true`,
    description: '90 of 100 clients fail',
    annotations: { runbook: 'https://runbooks.example/regionDown' },
    value: 1,
    flapping: false,
    why: 'the region is down, for 5s',
    ...given,
  };
}

/** First trigger of a group with these alerts. */
export function noticeOf(
  receiver: string,
  alerts: readonly Alert[],
  given: Partial<Notice> = {},
): Notice {
  const [first] = alerts;
  const groupLabels = given.groupLabels ?? first?.labels ?? {};
  const atMs = first?.startsMs ?? 0;
  return {
    v: 1,
    kind: 'notice',
    term: 1,
    receiver,
    dedupKey: dedupKeyOf('regionpilot', groupLabels),
    seq: 1,
    action: 'trigger',
    reason: 'first',
    severity: first?.severity ?? 'info',
    groupLabels,
    alerts,
    truncatedAlerts: 0,
    firing: alerts.map(({ fingerprint }) => fingerprint).sort(),
    resolved: [],
    ackedBy: null,
    atMs,
    causeMs: atMs,
    ...given,
  };
}

export function sentOf(notice: Notice, given: Partial<Sent> = {}): Sent {
  const { term, receiver, dedupKey, seq, action, atMs } = notice;
  return {
    v: 1,
    kind: 'sent',
    term,
    receiver,
    dedupKey,
    seq,
    action,
    outcome: 'delivered',
    attempts: 1,
    atMs: atMs + 80,
    error: null,
    ...given,
  };
}

export function deliveryOf(notice: Notice, given: Partial<Delivery> = {}): Delivery {
  const { receiver, dedupKey, seq, action, reason, severity, alerts, atMs } = notice;
  return {
    v: 1,
    receiver,
    dedupKey,
    seq,
    action,
    reason,
    severity,
    title: '[page] eu-west is down',
    attempt: 1,
    startedMs: atMs + 20,
    tookMs: 60,
    result: 'accepted',
    status: 202,
    error: null,
    nextAttemptMs: null,
    outcome: 'delivered',
    latencyMs: 80,
    alerts: alerts.map(({ labels, severity: each }) => ({ labels, severity: each })),
    ...given,
  };
}

export async function createTopics(bus: Bus, partitions: number): Promise<void> {
  const options = {
    ...topicDefaults,
    replication: 1,
    minInsyncReplicas: 1,
    partialPartitions: partitions,
  };
  await bus.applyTopics(topicCatalogue(options));
}

export async function write(
  bus: Bus,
  partition: number,
  ...records: readonly AlertsTopicRecord[]
): Promise<void> {
  const source = '/alerting/test';
  await bus.publish(
    'regionpilot.alerts',
    records.map((record) => ({
      key: alertsKey(record),
      value: encodeRecord(record),
      partition,
      headers: envelope({ kind: record.kind, id: alertsKey(record), source, atMs: 0 }),
    })),
  );
}

export async function attempt(bus: Bus, ...deliveries: readonly Delivery[]): Promise<void> {
  await bus.publish(
    'regionpilot.deliveries',
    deliveries.map((delivery) => ({
      key: delivery.receiver,
      value: encodeRecord(delivery),
      partition: 0,
      headers: envelope({
        kind: 'delivery',
        id: delivery.dedupKey,
        source: '/alerting/test',
        atMs: 0,
      }),
    })),
  );
}

/** The command without the process: as quick as its work. */
export async function ask(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Ended> {
  let out = '';
  let err = '';
  const session: Session = {
    env: { USER: 'dana', ...env },
    out: (text) => {
      out += text;
    },
    note: (line) => {
      err += `${line}\n`;
    },
    stopping: new AbortController().signal,
    outIsTerminal: false,
    noteIsTerminal: false,
  };
  return { code: await runCommand(args, session), out, err };
}
