// `GET /api/v1/live` (SSE): one `snapshot`, then what changes. Ids grow by one within an instance;
// `Last-Event-ID` resumes where the stream broke, or gets a new snapshot if that is too long ago.
// A comment every 10 s proves that the line is alive.

import type { AlertView, SilenceView } from './alerts.ts';
import type { DemoState } from './demo.ts';
import type { GroupState } from './groups.ts';
import type { PipelineState } from './pipeline.ts';
import type { IncidentSummary, TimelineEntry } from './timeline.ts';

/** The SSE `event` field is `kind`; `data` is the whole message. */
export type LiveMessage =
  | {
      readonly kind: 'snapshot';
      readonly nowMs: number;
      readonly instance: string;
      readonly groups: readonly GroupState[];
      readonly incidents: readonly IncidentSummary[];
      readonly alerts: readonly AlertView[];
      readonly silences: readonly SilenceView[];
      readonly pipeline: PipelineState;
      /** The newest 100 of all groups. */
      readonly timeline: readonly TimelineEntry[];
      readonly demo: DemoState | null;
    }
  | { readonly kind: 'group'; readonly group: GroupState }
  | { readonly kind: 'timeline'; readonly entry: TimelineEntry }
  | { readonly kind: 'incident'; readonly incident: IncidentSummary }
  | { readonly kind: 'alert'; readonly alert: AlertView }
  | { readonly kind: 'silence'; readonly silence: SilenceView }
  | { readonly kind: 'pipeline'; readonly pipeline: PipelineState }
  | { readonly kind: 'demo'; readonly demo: DemoState };
