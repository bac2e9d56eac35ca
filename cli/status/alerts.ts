// The line of `status` about alerting: what fires, and who cannot be told.

import { type AlertsView, expire, isFiring } from '@regionpilot/alerts';
import type { Severity } from '@regionpilot/protocol';
import type { AlertsStatus } from './report.ts';

export function alertsStatus({ alerts }: AlertsView, nowMs: number): AlertsStatus {
  const firing = [...alerts.values()].map((alert) => expire(alert, nowMs)).filter(isFiring);
  const count = (severity: Severity): number =>
    firing.filter((alert) => alert.severity === severity).length;
  const receivers = firing.flatMap(({ labels }) => labels['receiver'] ?? []);
  return {
    pages: count('page'),
    tickets: count('ticket'),
    troubledReceivers: [...new Set(receivers)].sort(),
  };
}
