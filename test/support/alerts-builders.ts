// Notices and receivers for the tests of alerting: every field filled, the telling ones given.

import type { Notice } from '@regionpilot/protocol';
import type { Receiver, WebhookReceiver } from '../../alerts/receiver.ts';

export function aReceiver(given: Partial<WebhookReceiver> = {}): Receiver {
  return {
    kind: 'webhook',
    name: 'oncall',
    sendResolved: true,
    ratePerMinute: 0,
    concurrency: 8,
    timeoutMs: 10_000,
    retryMs: 1_000,
    retryMaxMs: 60_000,
    giveUpAfterMs: 3_600_000,
    title: null,
    body: null,
    url: 'http://127.0.0.1:1/hook',
    format: 'standard',
    secretFiles: [],
    allow: [],
    ...given,
  };
}

export function aNotice(given: Partial<Notice> = {}): Notice {
  const { action = 'trigger', atMs = 1_000_000 } = given;
  return {
    v: 1,
    kind: 'notice',
    term: 1,
    receiver: 'oncall',
    dedupKey: 'rp-1',
    seq: 1,
    action,
    reason: action === 'resolve' ? 'allResolved' : 'first',
    severity: 'page',
    groupLabels: {},
    alerts: [],
    truncatedAlerts: 0,
    firing: action === 'resolve' ? [] : ['0123456789abcdef'],
    resolved: [],
    ackedBy: null,
    atMs,
    causeMs: atMs,
    ...given,
  };
}
