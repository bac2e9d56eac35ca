// Notices and receivers for the tests of this folder: one believable story, changed where a test says.

import type {
  AlertmanagerReceiver,
  EmailReceiver,
  PagerDutyReceiver,
  ReceiverCommon,
  SlackReceiver,
  WebhookReceiver,
} from '../../../../alerts/receiver.ts';
import type { Alert, Notice } from '../../../../protocol/index.ts';

/** 2026-03-02T10:00:00.000Z */
export const t0: number = Date.UTC(2026, 2, 2, 10);

export function alert(change: Partial<Alert> = {}): Alert {
  return {
    fingerprint: '0123456789abcdef',
    labels: { alertname: 'RegionDown', group: 'payments-cache', region: 'eu-west' },
    severity: 'page',
    state: 'firing',
    startsMs: t0 - 5_000,
    endsMs: null,
    updatedMs: t0,
    expiresMs: null,
    summary: 'eu-west is down',
    description: '41 of 50 clients cannot reach it.',
    annotations: {
      runbook: 'https://runbooks.example.org/region-down',
      dashboard: 'https://grafana.example.org/d/regions',
      evidence: '41 of 50 clients refused, 2 domains',
    },
    value: 0.82,
    flapping: false,
    why: 'down for 3 s, longer than 2 s',
    ...change,
  };
}

export function notice(change: Partial<Notice> = {}): Notice {
  return {
    v: 1,
    kind: 'notice',
    term: 3,
    receiver: 'ops',
    dedupKey: 'rp-00000000000000aa',
    seq: 1,
    action: 'trigger',
    reason: 'first',
    severity: 'page',
    groupLabels: { group: 'payments-cache' },
    alerts: [alert()],
    truncatedAlerts: 0,
    firing: ['0123456789abcdef'],
    resolved: [],
    ackedBy: null,
    atMs: t0,
    causeMs: t0 - 200,
    ...change,
  };
}

export const resolvedNotice: Notice = notice({
  seq: 2,
  action: 'resolve',
  reason: 'allResolved',
  alerts: [alert({ state: 'resolved', endsMs: t0 + 60_000 })],
  firing: [],
  resolved: ['0123456789abcdef'],
  atMs: t0 + 60_000,
});

export const common: ReceiverCommon = {
  name: 'ops',
  sendResolved: true,
  ratePerMinute: 0,
  concurrency: 4,
  timeoutMs: 2_000,
  retryMs: 1_000,
  retryMaxMs: 60_000,
  giveUpAfterMs: 3_600_000,
  title: null,
  body: null,
};

export const routingKey = 'R0UT1NGKEY0123456789ABCDEFGHIJKL';

export function pagerDuty(change: Partial<PagerDutyReceiver> = {}): PagerDutyReceiver {
  return {
    ...common,
    kind: 'pagerduty',
    routingKeyFile: '/secrets/pagerduty',
    baseUrl: 'https://events.pagerduty.com',
    changeEvents: true,
    ...change,
  };
}

/** The known answer's key: `whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw`. */
export const webhookKey = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

export function webhook(change: Partial<WebhookReceiver> = {}): WebhookReceiver {
  return {
    ...common,
    kind: 'webhook',
    url: 'https://hooks.example.org/in',
    format: 'standard',
    secretFiles: ['/secrets/webhook'],
    allow: [],
    ...change,
  };
}

export const slackUrl = 'https://hooks.slack.com/services/T0000AAAA/B0000BBBB/secretpartsecretpart';

export function slack(change: Partial<SlackReceiver> = {}): SlackReceiver {
  return { ...common, kind: 'slack', urlFile: '/secrets/slack', ...change };
}

export function alertmanager(change: Partial<AlertmanagerReceiver> = {}): AlertmanagerReceiver {
  return {
    ...common,
    kind: 'alertmanager',
    urls: ['http://am-1.example.org:9093', 'http://am-2.example.org:9093/prefix/'],
    ...change,
  };
}

export function email(change: Partial<EmailReceiver> = {}): EmailReceiver {
  return {
    ...common,
    kind: 'email',
    host: '127.0.0.1',
    port: 25,
    secure: false,
    username: null,
    passwordFile: null,
    from: 'RegionPilot <pilot@example.org>',
    to: ['ops@example.org'],
    ...change,
  };
}

export const secrets: ReadonlyMap<string, string> = new Map([
  ['/secrets/pagerduty', routingKey],
  ['/secrets/webhook', webhookKey],
  ['/secrets/slack', slackUrl],
]);
