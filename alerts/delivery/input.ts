// What the delivery of one receiver hears and what it wants done. It is told what the log says, in
// the log's order, and how its own attempts ended; clock and luck come with the input.

import type { AttemptResult, Delivery, Notice, Sent } from '@regionpilot/protocol';

export type DeliveryInput =
  /** Read back from the log: only what is stored may be sent. */
  | { readonly kind: 'notice'; readonly notice: Notice }
  | { readonly kind: 'sent'; readonly sent: Sent }
  /** Everything the log held at the start has been read: from here on attempts may begin. */
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'attemptEnded';
      readonly dedupKey: string;
      readonly seq: number;
      readonly startedMs: number;
      readonly result: AttemptResult;
      readonly status: number | null;
      readonly error: string | null;
      /** The receiver asked us to wait this long; null: it did not say. */
      readonly retryAfterMs: number | null;
      /** It wants nothing more, ever (410). */
      readonly disable: boolean;
      readonly title: string;
    }
  | { readonly kind: 'tick' };

export type DeliveryEffect =
  /** Begin an attempt. Exactly one `attemptEnded` follows, within the receiver's timeout. */
  | { readonly kind: 'send'; readonly notice: Notice; readonly attempt: number }
  /** For `alerts`: how a notice ended. The shell signs it. */
  | { readonly kind: 'ended'; readonly sent: Omit<Sent, 'v' | 'kind' | 'term'> }
  /** For `deliveries`. */
  | { readonly kind: 'attempted'; readonly delivery: Delivery }
  /** For the rules: how this receiver is doing changed. */
  | {
      readonly kind: 'condition';
      readonly failingSinceMs: number | null;
      readonly deadLettered: number;
      readonly lastError: string | null;
    }
  /** For `deadletter`: a notice that was given up. */
  | { readonly kind: 'deadLetter'; readonly notice: Notice; readonly reason: string };
