// What the notifier hears and what it wants. Its memory is made of its own words: every draft it
// hands out becomes a `Notice` in the log, and a restart feeds those back with `remember`.

import type { Ack, Alert, Notice, Silence } from '@regionpilot/protocol';
import type { ChangeEvent } from '../rule.ts';

export type NotifyInput =
  /** `causeMs`: append time of the record behind it. */
  | { readonly kind: 'alert'; readonly alert: Alert; readonly causeMs: number }
  | { readonly kind: 'change'; readonly change: ChangeEvent; readonly causeMs: number }
  | { readonly kind: 'silence'; readonly silence: Silence }
  | { readonly kind: 'ack'; readonly ack: Ack }
  | { readonly kind: 'probe'; readonly id: string; readonly causeMs: number }
  | { readonly kind: 'tick' };

/** A notice that its owner has not signed yet. */
export type NoticeDraft = Omit<Notice, 'v' | 'kind' | 'term'>;
