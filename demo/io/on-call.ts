// Somebody on call for the demo's world: alerting as in production, and the inbox it writes to.

import { type AlertingOptions, startAlerting } from '@regionpilot/alerts';
import type { Bus } from '@regionpilot/bus';
import type { AlertingReading } from '@regionpilot/protocol';
import { alertingSecrets, alertingSettings } from '../alerting.ts';
import { type Happening, mailed } from '../happening.ts';
import { Inbox } from '../inbox/inbox.ts';
import { type InboxSummary, summaryOf } from '../inbox/summary.ts';
import { topicPrefix } from '../settings.ts';
import { startInbox } from './inbox.ts';
import type { Scope } from './scope.ts';

export type OnCall = {
  readonly inbox: Pick<Inbox, 'pages' | 'changes'>;
  readonly summary: () => InboxSummary;
  /** Alerting has read the past and follows the present. */
  readonly ready: () => boolean;
  readonly metrics: () => AlertingReading;
  /** The newest open page, if there is one. Resolves when the word is in the log. */
  readonly acknowledge: () => Promise<void>;
};

/** @param scope Closes what is started here. */
export async function startOnCall(
  bus: Bus,
  scope: Scope,
  onHappening: (happening: Happening) => void,
  observe: AlertingOptions['observe'],
): Promise<OnCall> {
  const inbox = new Inbox();
  const server = await startInbox((receiver, message) => {
    const nowMs = Date.now();
    const mail = inbox.take(receiver, message, nowMs);
    // Both receivers are told the same; one of them is enough to watch.
    const happening = mail === null || receiver !== 'pagerduty' ? null : mailed(mail, nowMs);
    if (happening !== null) onHappening(happening);
  });
  scope.add(server.close);
  const alerting = await startAlerting({
    config: alertingSettings(server),
    secrets: alertingSecrets(server),
    bus,
    instance: 'demo-alerting',
    topicPrefix,
    consumerGroup: 'regionpilot-demo-alerts',
    observe,
  });
  scope.add(alerting.close);
  return {
    inbox,
    metrics: () => alerting.metrics(),
    summary: () => summaryOf(inbox, server.signatures()),
    ready: () => {
      const terms = Object.values(alerting.status().partitions);
      return terms.length > 0 && !terms.includes(null);
    },
    acknowledge: async () => {
      const page = inbox.pages.findLast(
        ({ receiver, state }) => receiver === 'pagerduty' && state === 'open',
      );
      if (page === undefined) return;
      await alerting.ack({
        v: 1,
        kind: 'ack',
        dedupKey: page.dedupKey,
        author: 'you',
        source: 'cli',
        atMs: Date.now(),
        acked: true,
      });
    },
  };
}
