// SilencesPage.
import type { VNode } from 'preact';
export function SilencesPage(_: Record<string, unknown>): VNode {
  return <p>SilencesPage</p>;
}
