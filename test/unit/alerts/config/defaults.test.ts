import { expect, test } from 'vitest';
import { alertingDefaults, beatEveryMs } from '../../../../alerts/config/defaults.ts';
import { alertingConfig } from '../../../../alerts/config/parse.ts';
import { receiverDefaults } from '../../../../alerts/config/receivers.ts';
import { shippedRules } from '../../../../alerts/rules/shipped.ts';

test('defaults are these, and changing one is a decision', () => {
  expect(alertingDefaults).toEqual({
    deployment: 'regionpilot',
    runbookBase: '',
    dashboardBase: '',
    flapping: { changes: 6, windowMs: 600_000 },
    startDelayMs: 5_000,
    heartbeat: null,
    probe: null,
  });
  expect(beatEveryMs).toBe(60_000);
});

test('receivers keep below what the other side bears and try as long as it matters there', () => {
  const common = {
    sendResolved: true,
    ratePerMinute: 0,
    concurrency: 8,
    timeoutMs: 10_000,
    retryMs: 1_000,
    retryMaxMs: 60_000,
    giveUpAfterMs: 86_400_000,
  };
  expect(receiverDefaults).toEqual({
    pagerduty: { ...common, ratePerMinute: 100 },
    webhook: { ...common, timeoutMs: 20_000, giveUpAfterMs: 259_200_000 },
    slack: { ...common, ratePerMinute: 50, concurrency: 1, giveUpAfterMs: 3_600_000 },
    alertmanager: { ...common, giveUpAfterMs: 600_000 },
    email: { ...common, ratePerMinute: 30, concurrency: 2 },
  });
});

test('without a word: the shipped rules, the shipped tree, the shipped inhibitions', () => {
  const config = alertingConfig({
    receivers: {
      oncall: { kind: 'pagerduty', routingKeyFile: '/run/secrets/pd' },
      deadman: { kind: 'webhook', url: 'https://deadman.example.com', secretFiles: ['/s'] },
    },
    heartbeat: { receiver: 'deadman' },
  });
  const rhythm = { groupWaitMs: 30_000, groupIntervalMs: 300_000, repeatIntervalMs: 14_400_000 };
  const root = { ...rhythm, continue: false, groupBy: ['alertname', 'group'] };
  expect(config.route).toEqual({
    ...root,
    match: [],
    // Who only hears heartbeats is not paged.
    receivers: ['oncall'],
    routes: [
      {
        ...root,
        match: [{ label: 'severity', op: '=', value: 'page' }],
        receivers: ['oncall'],
        groupWaitMs: 0,
        routes: [],
      },
    ],
  });
  expect(config.inhibit).toEqual([
    {
      source: [{ label: 'alertname', op: '=', value: 'regionDown' }],
      target: [{ label: 'alertname', op: '=~', value: 'regionSuspect|clientFailingAlone' }],
      equal: ['group', 'region'],
    },
    {
      source: [
        { label: 'alertname', op: '=', value: 'regionDown' },
        { label: 'severity', op: '=', value: 'page' },
      ],
      target: [{ label: 'alertname', op: '=~', value: 'errorBudgetBurn.*' }],
      equal: ['group'],
    },
    {
      source: [{ label: 'alertname', op: '=', value: 'noSafeTarget' }],
      target: [{ label: 'alertname', op: '=~', value: 'failoverFailed|failoverNotConverging' }],
      equal: ['group'],
    },
  ]);
  expect(config.rules).toEqual(shippedRules);
  expect(config.heartbeat).toEqual({ receiver: 'deadman', everyMs: 60_000 });
});

test('a root of one line keeps the shipped children; an empty list has none', () => {
  const receivers = { chat: { kind: 'slack', urlFile: '/s' } } as const;
  const short = alertingConfig({ receivers, route: { receivers: ['chat'], groupWait: '10s' } });
  expect(short.route.routes.map(({ groupWaitMs }) => groupWaitMs)).toEqual([0]);
  const none = alertingConfig({ receivers, route: { receivers: ['chat'], routes: [] } });
  expect(none.route.routes).toEqual([]);
});

test('every field of every kind of receiver is filled in', () => {
  const { receivers } = alertingConfig({
    receivers: {
      pager: { kind: 'pagerduty', routingKeyFile: '/k' },
      hook: { kind: 'webhook', url: 'https://x.example' },
      chat: { kind: 'slack', urlFile: '/s' },
      fleet: { kind: 'alertmanager', urls: ['http://am:9093/'] },
      mail: { kind: 'email', host: 'smtp', from: 'a@b.c', to: ['d@e.f'] },
      safeMail: { kind: 'email', host: 'smtp', secure: true, from: 'a@b.c', to: ['d@e.f'] },
    },
  });
  expect(receivers).toMatchObject([
    {
      name: 'pager',
      title: null,
      body: null,
      baseUrl: 'https://events.pagerduty.com',
      changeEvents: true,
    },
    { name: 'hook', format: 'standard', secretFiles: [], allow: [] },
    { name: 'chat', urlFile: '/s' },
    { name: 'fleet', urls: ['http://am:9093'] },
    { name: 'mail', port: 587, secure: false, username: null, passwordFile: null },
    { name: 'safeMail', port: 465, secure: true },
  ]);
});
