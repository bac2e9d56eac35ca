// PolicyPage.
import type { VNode } from 'preact';
export function PolicyPage(_: Record<string, unknown>): VNode {
  return <p>PolicyPage</p>;
}
