// What alerting is told in the demo: the shipped rules, only quicker, because nobody watches a demo
// for minutes, and two receivers, both of them the inbox.

import { type AlertingConfig, alertingConfig, type Secrets } from '@regionpilot/alerts';
import type { InboxAddress } from './inbox/address.ts';
import { demoPolicyText, inSeconds } from './settings.ts';

/** Long enough for a failover to have helped, so that it is a notice and not a page. */
const downForMs = 2_500;
/** How long it goes on firing when the region is up again. */
const downKeptMs = 0;
/** What happens together is told together; how long that may take, and how soon more is told. */
const groupWaitMs = 200;
const groupIntervalMs = 1_000;

const routingKey = 'demo'.padEnd(32, '0');
const routingKeyFile = 'demo-routing-key';
const webhookSecretFile = 'demo-webhook-secret';

export function alertingSettings({ pagerdutyUrl, webhookUrl }: InboxAddress): AlertingConfig {
  return alertingConfig({
    deployment: 'regionpilot-demo',
    startDelay: '0s',
    receivers: {
      pagerduty: {
        kind: 'pagerduty',
        routingKeyFile,
        baseUrl: pagerdutyUrl,
        changeEvents: true,
      },
      webhook: {
        kind: 'webhook',
        url: webhookUrl,
        secretFiles: [webhookSecretFile],
        allow: ['127.0.0.0/8'],
      },
    },
    route: {
      receivers: ['pagerduty', 'webhook'],
      groupWait: milliseconds(groupWaitMs),
      groupInterval: milliseconds(groupIntervalMs),
    },
    rules: {
      // Their windows are hours and days; a demo is a minute old.
      errorBudgetBurnFast: { off: true },
      errorBudgetBurnSlow: { off: true },
      regionDown: { for: milliseconds(downForMs), keepFiringFor: milliseconds(downKeptMs) },
    },
    // A newcomer breaks the same region again and again; elsewhere that is one long story.
    flapping: { changes: 1_000 },
  });
}

/** Alerting reads secrets by the name of their file; here nothing is on disk. */
export function alertingSecrets({ webhookSecret }: InboxAddress): Secrets {
  return new Map([
    [routingKeyFile, routingKey],
    [webhookSecretFile, webhookSecret],
  ]);
}

/** Said on screen, so that nobody takes these for the defaults. One line for moving, one for telling. */
export const demoSettingsTexts: readonly [string, string] = [demoPolicyText, alertingText()];

function alertingText(): string {
  const { rules, route } = alertingConfig({});
  const down = rules.find(({ name }) => name === 'regionDown');
  return [
    `alert settings: down for ${inSeconds(downForMs, down?.forMs ?? 0)}`,
    `kept open ${inSeconds(downKeptMs, down?.keepFiringForMs ?? 0)}`,
    `gathered ${inSeconds(groupWaitMs, route.groupWaitMs)}`,
    `more after ${inSeconds(groupIntervalMs, route.groupIntervalMs)}`,
  ].join(', ');
}

function milliseconds(ms: number): string {
  return `${ms}ms`;
}
