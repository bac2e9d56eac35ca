// GroupPage.
import type { VNode } from 'preact';
export function GroupPage(_: Record<string, unknown>): VNode {
  return <p>GroupPage</p>;
}
