// AlertsPage.
import type { VNode } from 'preact';
export function AlertsPage(_: Record<string, unknown>): VNode {
  return <p>AlertsPage</p>;
}
