// What is known of an alert after it is said again. Overlapping statements are one story: earliest
// start, newest words, latest end; disjoint ones never merge, or a new fire would look like an old
// one. The rule is Alertmanager's (types.Alert.Merge and the overlap test before it).

import { type Alert, type Severity, severities } from '@regionpilot/protocol';

/** 0 is the most urgent. */
export function rankOf(severity: Severity): number {
  return severities.indexOf(severity);
}

export function isFiring(alert: Alert): boolean {
  switch (alert.state) {
    case 'firing':
    case 'recovering':
    case 'noData':
      return true;
    case 'pending':
    case 'resolved':
      return false;
  }
}

/** `said` was heard after `known`, but may be older. */
export function mergeAlert(known: Alert, said: Alert): Alert {
  if (!overlap(known, said)) return said.startsMs >= known.startsMs ? said : known;
  const [older, newer] = said.updatedMs < known.updatedMs ? [said, known] : [known, said];
  return {
    ...newer,
    startsMs: Math.min(known.startsMs, said.startsMs),
    endsMs: latestEnd(older, newer),
    severity: steadySeverity(older, newer),
  };
}

/** The same alert, counted as resolved once its time is up and nobody said it again. */
export function expire(alert: Alert, nowMs: number): Alert {
  const { expiresMs } = alert;
  if (alert.state === 'resolved' || expiresMs === null || expiresMs > nowMs) return alert;
  const why = `not said again before ${expiresMs}`;
  return { ...alert, state: 'resolved', endsMs: expiresMs, updatedMs: expiresMs, why };
}

function overlap(a: Alert, b: Alert): boolean {
  return a.startsMs === b.startsMs || (a.startsMs < endOf(b) && b.startsMs < endOf(a));
}

function endOf(alert: Alert): number {
  return alert.endsMs ?? Number.POSITIVE_INFINITY;
}

function latestEnd(older: Alert, newer: Alert): number | null {
  if (newer.endsMs === null || older.endsMs === null) return newer.endsMs;
  return Math.max(newer.endsMs, older.endsMs);
}

/** While it flaps its severity only rises, or every swing of it would be told. */
function steadySeverity(older: Alert, newer: Alert): Severity {
  if (!older.flapping || !newer.flapping) return newer.severity;
  return rankOf(older.severity) < rankOf(newer.severity) ? older.severity : newer.severity;
}
