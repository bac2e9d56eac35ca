// IncidentPage.
import type { VNode } from 'preact';
export function IncidentPage(_: Record<string, unknown>): VNode {
  return <p>IncidentPage</p>;
}
