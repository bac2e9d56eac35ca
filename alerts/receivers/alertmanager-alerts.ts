// A notice's alerts in Alertmanager's words, for its API and for its webhook body. It knows only
// firing and resolved: what pages twice, or opens something that nobody closes, is left unsaid.

import type { Alert, Labels, Notice } from '@regionpilot/protocol';
import { fingerprintOf } from '../fingerprint.ts';
import { httpUrl } from './links.ts';
import { clean } from './text.ts';
import { iso } from './view.ts';

export type AlertmanagerAlert = {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsMs: number;
  /** Null: it fires. */
  readonly endsMs: number | null;
  readonly generatorUrl: string;
  readonly fingerprint: string;
};

/**
 * Empty: nothing Alertmanager could hear. A probe is an alert that has ended already: it crosses the
 * whole way and wakes nobody.
 */
export function alertmanagerAlerts(notice: Notice): readonly AlertmanagerAlert[] {
  switch (notice.action) {
    case 'trigger':
    case 'test':
      return notice.alerts.length > 0
        ? notice.alerts.map((alert) => alertOf(alert, false, notice))
        : [synthetic(notice, 'RegionPilotTest', null)];
    case 'resolve':
      return notice.alerts.length > 0
        ? notice.alerts.map((alert) => alertOf(alert, true, notice))
        : [synthetic(notice, 'RegionPilotTest', notice.atMs)];
    case 'heartbeat':
      return [synthetic(notice, 'RegionPilotHeartbeat', null)];
    case 'probe':
      return [synthetic(notice, 'RegionPilotProbe', notice.atMs)];
    case 'acknowledge':
    case 'change':
      return [];
  }
}

function alertOf(alert: Alert, over: boolean, notice: Notice): AlertmanagerAlert {
  const ended = over || alert.state === 'resolved';
  return {
    labels: { ...alert.labels, severity: alert.severity },
    annotations: annotationsOf(alert),
    startsMs: alert.startsMs,
    endsMs: ended ? Math.max(alert.endsMs ?? notice.atMs, alert.startsMs) : null,
    generatorUrl: httpUrl(alert.annotations['dashboard']) ?? '',
    fingerprint: alert.fingerprint,
  };
}

function annotationsOf({ annotations, summary, description, why }: Alert): Labels {
  const texts = { ...annotations, summary, description, why };
  const said = Object.entries(texts).filter(([, text]) => text !== '');
  return Object.fromEntries(said.map(([name, text]) => [name, clean(text)]));
}

function synthetic(notice: Notice, alertname: string, endsMs: number | null): AlertmanagerAlert {
  const labels = { ...notice.groupLabels, alertname, severity: 'info' };
  return {
    labels,
    annotations: { summary: `RegionPilot says: ${notice.action}` },
    startsMs: notice.atMs,
    endsMs,
    generatorUrl: '',
    fingerprint: fingerprintOf(labels),
  };
}

/** RFC 3339, as Go writes "not yet". */
export function endsAtOf({ endsMs }: AlertmanagerAlert): string {
  return endsMs === null ? '0001-01-01T00:00:00Z' : iso(endsMs);
}
