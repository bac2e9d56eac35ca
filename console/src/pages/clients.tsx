// ClientsPage.
import type { VNode } from 'preact';
export function ClientsPage(_: Record<string, unknown>): VNode {
  return <p>ClientsPage</p>;
}
