// Alerts, who was told, and silences.

import type { Alert, Matcher, Silence } from '@regionpilot/protocol';

/** `GET /api/v1/alerts?state&severity&group&q`; `/alerts/:fingerprint` the same, alone. */
export type AlertView = Alert & {
  readonly ackedBy: string | null;
  /** Ids of the silences that mute it now. */
  readonly silencedBy: readonly string[];
  readonly notices: readonly NoticeView[];
};

export type NoticeView = {
  readonly receiver: string;
  readonly dedupKey: string;
  readonly action: string;
  /** Why this notice and why now. */
  readonly reason: string;
  readonly atMs: number;
  readonly outcome: 'waiting' | 'delivered' | 'superseded' | 'deadLettered';
  readonly attempts: number;
  readonly error: string | null;
};

/** `POST /api/v1/alerts/:fingerprint/ack` (operator). Answers the alert as it is then. */
export type AckRequest = {
  /** False gives it back. */
  readonly acked: boolean;
  readonly reason: string;
};

/** `GET /api/v1/silences?expired=false`. */
export type SilenceView = Silence & {
  readonly state: 'pending' | 'active' | 'expired';
  /** Alerts it mutes now. */
  readonly mutes: readonly string[];
};

/** `POST /api/v1/silences` (operator); `DELETE /api/v1/silences/:id` with `{ reason }` ends one. */
export type SilenceRequest = {
  readonly matchers: readonly Matcher[];
  /** From now, 1,000..2,592,000,000 ms. */
  readonly durationMs: number;
  readonly reason: string;
};
