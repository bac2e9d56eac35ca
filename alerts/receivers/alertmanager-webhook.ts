// The body Alertmanager posts to webhooks, version "4", so that whatever was written for Alertmanager
// takes our notices too. https://prometheus.io/docs/alerting/latest/configuration/#webhook_config

import type { Labels, Notice, NoticeReason } from '@regionpilot/protocol';
import { type AlertmanagerAlert, alertmanagerAlerts, endsAtOf } from './alertmanager-alerts.ts';
import { iso } from './view.ts';

/** Alertmanager's own words where it has them (0.32+), ours where it does not. */
const reasons: Readonly<Partial<Record<NoticeReason, string>>> = {
  first: 'first notification',
  alertsAdded: 'new alerts added',
  someResolved: 'some alerts resolved',
  allResolved: 'all alerts resolved',
  repeat: 'repeat interval elapsed',
};

/** Null: Alertmanager's body has no way to say it (acknowledgements and changes). */
export function alertmanagerBody(notice: Notice): string | null {
  const alerts = alertmanagerAlerts(notice);
  if (alerts.length === 0) return null;
  const firing = alerts.some(({ endsMs }) => endsMs === null);
  return JSON.stringify({
    version: '4',
    groupKey: groupKeyOf(notice),
    truncatedAlerts: notice.truncatedAlerts,
    status: firing ? 'firing' : 'resolved',
    receiver: notice.receiver,
    groupLabels: notice.groupLabels,
    commonLabels: common(alerts.map(({ labels }) => labels)),
    commonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    externalURL: '',
    notification_reason: reasons[notice.reason] ?? notice.reason,
    alerts: alerts.map(alertOf),
  });
}

function alertOf(alert: AlertmanagerAlert): Readonly<Record<string, unknown>> {
  return {
    status: alert.endsMs === null ? 'firing' : 'resolved',
    labels: alert.labels,
    annotations: alert.annotations,
    startsAt: iso(alert.startsMs),
    endsAt: endsAtOf(alert),
    generatorURL: alert.generatorUrl,
    fingerprint: alert.fingerprint,
  };
}

/** Stable for a group, like Alertmanager's: consumers take it for their dedup key. */
function groupKeyOf({ dedupKey, groupLabels }: Notice): string {
  const labels = Object.keys(groupLabels).sort();
  const pairs = labels.map((name) => `${name}=${JSON.stringify(groupLabels[name])}`);
  return `${dedupKey}:{${pairs.join(', ')}}`;
}

/** What all sets say alike. */
function common(sets: readonly Labels[]): Labels {
  const [first = {}, ...others] = sets;
  const shared = Object.entries(first).filter(([name, value]) =>
    others.every((set) => set[name] === value),
  );
  return Object.fromEntries(shared);
}
