// Records of alerts as owners and receivers write them, at times a test can name.

import type { Alert, Delivery, Labels, Notice, Sent } from '@regionpilot/protocol';
import { dedupKeyOf, fingerprintOf } from '../../alerts/fingerprint.ts';

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
