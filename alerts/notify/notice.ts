// What a receiver is told: the alerts of a group as they are now, and the sets of fingerprints that
// the next notice is compared with.
//
// An alert that was told firing and is muted now is not shown but stays in `firing`: it still fires,
// the receiver still holds it, and when the silence ends there is nothing new to say of it.

import { type Alert, type NoticeReason, type Severity, severities } from '@regionpilot/protocol';
import { type Group, type Member, worstRank } from './group.ts';
import type { NoticeDraft } from './input.ts';
import { rankOf } from './merge.ts';

/** More than this many alerts of one notice are only counted. */
export const maxAlerts = 100;

export function draftOf(
  group: Group,
  reason: NoticeReason,
  ackedBy: string | null,
  nowMs: number,
): NoticeDraft {
  const { shown, firing, resolved, severity } = contentOf(group, nowMs);
  return {
    receiver: group.receiver,
    dedupKey: group.dedupKey,
    seq: group.told.seq + 1,
    action: actionOf(reason),
    reason,
    severity,
    groupLabels: group.labels,
    alerts: shown.slice(0, maxAlerts),
    truncatedAlerts: Math.max(0, shown.length - maxAlerts),
    firing,
    resolved,
    ackedBy,
    atMs: nowMs,
    causeMs: reason === 'repeat' ? nowMs : (group.causeMs ?? nowMs),
  };
}

type Content = {
  readonly shown: readonly Alert[];
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly severity: Severity;
};

function contentOf(group: Group, nowMs: number): Content {
  const { told } = group;
  const members = [...group.members];
  const firing = alertsOf(members, 'firing');
  const gone = alertsOf(members, 'gone').map((alert) => ended(alert, nowMs));
  const still = ([fingerprint, { stand }]: [string, Member]) =>
    stand === 'firing' || (stand === 'muted' && told.firing.has(fingerprint));
  const kept = members.filter(still);
  const names = new Set(kept.map(([fingerprint]) => fingerprint));
  return {
    shown: [...firing, ...gone],
    firing: [...names].sort(),
    resolved: [...told.firing].filter((fingerprint) => !names.has(fingerprint)).sort(),
    severity: worstOf(kept.length > 0 ? kept.map(([, { alert }]) => alert) : gone, group),
  };
}

function alertsOf(members: readonly [string, Member][], stand: Member['stand']): readonly Alert[] {
  const alerts = members.filter(([, member]) => member.stand === stand);
  return alerts.map(([, { alert }]) => alert).sort(byUrgency);
}

function byUrgency(a: Alert, b: Alert): number {
  const order = rankOf(a.severity) - rankOf(b.severity) || a.startsMs - b.startsMs;
  return order || (a.fingerprint < b.fingerprint ? -1 : 1);
}

/** Ended for this receiver, also when it only pauses or is told elsewhere from now on. */
function ended(alert: Alert, nowMs: number): Alert {
  return alert.state === 'resolved' ? alert : { ...alert, state: 'resolved', endsMs: nowMs };
}

function worstOf(alerts: readonly Alert[], group: Group): Severity {
  const counts = severities.map((severity) => alerts.filter((a) => a.severity === severity).length);
  return severities[worstRank(counts) ?? -1] ?? group.told.severity ?? 'info';
}

function actionOf(reason: NoticeReason): NoticeDraft['action'] {
  if (reason === 'allResolved') return 'resolve';
  return reason === 'acknowledged' ? 'acknowledge' : 'trigger';
}
