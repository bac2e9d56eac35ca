// AuditPage.
import type { VNode } from 'preact';
export function AuditPage(_: Record<string, unknown>): VNode {
  return <p>AuditPage</p>;
}
