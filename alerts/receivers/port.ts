// One receiver as the shell sees it: a notice in, an outcome out. What is sent and what an answer
// means is decided by pure files; sockets are in `io/`.

import type { AttemptResult, Notice } from '@regionpilot/protocol';

/** One HTTP request, ready to go. Never logged: URL, headers and body may hold secrets. */
export type HttpRequest = {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What came back, or why nothing did. */
export type HttpAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Lower-case names. */
      readonly headers: Readonly<Record<string, string>>;
      /** At most 64 KB; the rest is not read. */
      readonly body: string;
    }
  /** `sent`: the request may have arrived although the answer did not. */
  | { readonly kind: 'failed'; readonly sent: boolean; readonly reason: string }
  /** Not even tried: the address is not allowed. */
  | { readonly kind: 'refused'; readonly reason: string };

export type AttemptOutcome = {
  readonly result: AttemptResult;
  readonly status: number | null;
  /** For people and logs: shortened, without secrets; null when accepted. */
  readonly error: string | null;
  readonly retryAfterMs: number | null;
  readonly disable: boolean;
  /** One line: what was said, as sent. */
  readonly title: string;
};

/** Sends one notice once. Never throws; ends within the receiver's timeout. */
export type Deliver = (notice: Notice, attempt: number, nowMs: number) => Promise<AttemptOutcome>;
