// PipelinePage.
import type { VNode } from 'preact';
export function PipelinePage(_: Record<string, unknown>): VNode {
  return <p>PipelinePage</p>;
}
