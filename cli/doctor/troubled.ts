import { type AlertsView, expire, isFiring } from '@regionpilot/alerts';

/** Receivers that firing alerts name: what could not be told, and to whom. */
export function firingReceivers({ alerts }: AlertsView, nowMs: number): readonly string[] {
  const firing = [...alerts.values()].map((alert) => expire(alert, nowMs)).filter(isFiring);
  return [...new Set(firing.flatMap(({ labels }) => labels['receiver'] ?? []))].sort();
}
