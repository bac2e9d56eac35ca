// What alerting can say of itself in plain numbers, for whoever exports them.

import type { AlertingStatus } from './alerting.ts';
import type { DeliveryCounts } from './delivery-tally.ts';
import type { Ledger } from './ledger.ts';
import { ofKind } from './ledger.ts';

export type AlertingMetrics = DeliveryCounts & {
  /** When this was read, ms since 1970. */
  readonly nowMs: number;
  readonly status: AlertingStatus;
  readonly firing: readonly FiringCount[];
  /** Records given up because too many waited, by topic. */
  readonly dropped: Readonly<Record<string, number>>;
};

export type FiringCount = {
  readonly alertname: string;
  readonly severity: string;
  readonly alerts: number;
};

/** Alerts that fire, or have no data, in these partitions. */
export function firingIn(ledgers: readonly Ledger[]): readonly FiringCount[] {
  const counts = new Map<string, FiringCount>();
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
