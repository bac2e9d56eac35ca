// What spans are read out of: records as the parts write them. The parts say the same words without
// knowing this type.

import type { Decision, Delivery, IncidentRecord } from '@regionpilot/protocol';

export type Traced =
  | { readonly kind: 'incident'; readonly record: IncidentRecord }
  /** A decision of ours came back from the log; both times by our clock, ms since 1970. */
  | {
      readonly kind: 'published';
      readonly decision: Decision;
      readonly sentMs: number;
      readonly readBackMs: number;
    }
  /** An attempt to deliver ended; `incident`: what it was about, as far as that is known. */
  | { readonly kind: 'attempt'; readonly delivery: Delivery; readonly incident: string | null };
