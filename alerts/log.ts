// What alerting says about itself: a closed list of named events, so that logs, metrics and tests
// share one vocabulary. No event ever holds a secret.

import type { NoticeAction, NoticeOutcome, NoticeReason } from '@regionpilot/protocol';

export type AlertingEvent =
  | { readonly event: 'started'; readonly instance: string }
  | { readonly event: 'stopped'; readonly instance: string }
  | { readonly event: 'partitionClaimed'; readonly partition: number; readonly term: number }
  | { readonly event: 'partitionLost'; readonly partition: number; readonly why: string }
  | {
      readonly event: 'alertChanged';
      readonly alert: string;
      readonly state: string;
      readonly severity: string;
      readonly summary: string;
      readonly why: string;
      /** What it is about; null: none that is known. Below the same. */
      readonly incident: string | null;
    }
  | {
      readonly event: 'noticeDecided';
      readonly receiver: string;
      readonly dedupKey: string;
      readonly seq: number;
      readonly action: NoticeAction;
      readonly reason: NoticeReason;
      readonly incident: string | null;
    }
  | {
      readonly event: 'noticeEnded';
      readonly receiver: string;
      readonly dedupKey: string;
      readonly seq: number;
      readonly outcome: NoticeOutcome;
      readonly attempts: number;
      readonly latencyMs: number | null;
      readonly error: string | null;
      readonly incident: string | null;
    }
  | {
      readonly event: 'attemptFailed';
      readonly receiver: string;
      readonly dedupKey: string;
      readonly attempt: number;
      readonly status: number | null;
      readonly error: string;
      readonly nextAttemptMs: number | null;
      readonly incident: string | null;
    }
  | { readonly event: 'configApplied'; readonly hash: string }
  | { readonly event: 'configRefused'; readonly problems: readonly string[] }
  /** It was told, and yet something about that is not as configured. */
  | { readonly event: 'receiverWarned'; readonly receiver: string; readonly warning: string }
  | { readonly event: 'probeMeasured'; readonly latencyMs: number }
  | {
      readonly event: 'recordRejected';
      readonly topic: string;
      readonly offset: number;
      readonly rejection: string;
      readonly text: string;
    }
  | {
      readonly event: 'publishFailed';
      readonly topic: string;
      readonly attempts: number;
      readonly reason: string;
    };

export type AlertingLog = (event: AlertingEvent) => void;
