// What alerting can say of itself in plain numbers, beside what its tally counts: which alerts fire,
// and what holds the others back.

import type { Counts, FiringReading } from '@regionpilot/protocol';
import type { AlertingStatus } from './alerting.ts';
import type { Ledger } from './ledger.ts';
import { ofKind } from './ledger.ts';

/** Alerts that fire, or have no data, in these partitions. */
export function firingIn(ledgers: readonly Ledger[]): readonly FiringReading[] {
  const counts = new Map<string, FiringReading>();
  for (const ledger of ledgers) {
    for (const { alert } of ofKind(ledger, 'alert')) {
      if (alert.state !== 'firing' && alert.state !== 'noData') continue;
      const { severity } = alert;
      const alertname = alert.labels['alertname'] ?? '';
      const key = `${severity} ${alertname}`;
      const alerts = (counts.get(key)?.alerts ?? 0) + 1;
      counts.set(key, { alertname, severity, alerts });
    }
  }
  return [...counts.values()];
}

/** What the notifiers of all partitions hold back, and what receivers' limits do. */
export function suppressedAt(
  byPartition: readonly Counts[],
  receivers: AlertingStatus['receivers'],
): Counts {
  const limited = Object.values(receivers).flatMap((each) =>
    Object.entries(each).map(([receiver, { held }]) => [receiver, 'limited', held] as const),
  );
  const sums = new Map<string, readonly [string, string, number]>();
  for (const [receiver, reason, count] of [...byPartition.flat(), ...limited]) {
    const key = `${receiver}\n${reason}`;
    sums.set(key, [receiver, reason, (sums.get(key)?.[2] ?? 0) + count]);
  }
  return [...sums.values()];
}
