// What alerting can say of itself in plain numbers, beside what its tally counts: which alerts fire,
// and what holds the others back.

import type { AlertingReading, Counts, FiringReading } from '@regionpilot/protocol';
import type { AlertingStatus } from './alerting.ts';
import { changedAlerting } from './changed-settings.ts';
import type { AlertingConfig } from './config.ts';
import type { DeliveryCounts } from './delivery-tally.ts';
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

/** All but what passed to and from the log, which whoever gave us the bus has counted. */
export type OwnReading = Omit<AlertingReading, 'log'>;

export type AlertingLook = Pick<AlertingReading, 'nowMs' | 'firing' | 'dropped'> & {
  readonly status: AlertingStatus;
  readonly counts: DeliveryCounts;
  /** What the notifier of each partition holds back. */
  readonly held: readonly Counts[];
  readonly config: AlertingConfig;
};

export function alertingReading(look: AlertingLook): OwnReading {
  const { status, counts, held, config, ...rest } = look;
  const suppressed = suppressedAt(held, status.receivers);
  return { ...status, ...counts, ...rest, suppressed, settings: changedAlerting(config) };
}

/** What the notifiers of all partitions hold back, and what receivers' limits do. */
function suppressedAt(
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
