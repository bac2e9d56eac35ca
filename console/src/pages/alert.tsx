// AlertPage.
import type { VNode } from 'preact';
export function AlertPage(_: Record<string, unknown>): VNode {
  return <p>AlertPage</p>;
}
