// What an HTTP answer means, as far as receivers agree; each receiver adds its own rules. A verdict's
// words may still quote the receiver, so they go through `conclude` before anybody reads them.

import type { AttemptResult } from '@regionpilot/protocol';
import type { AttemptOutcome, HttpAnswer } from './port.ts';
import type { Redact } from './redact.ts';
import { retryAfterMs } from './retry-after.ts';
import { clip, oneLine } from './text.ts';

/** `AttemptOutcome` before its words are redacted and its title is known. */
export type Verdict = Omit<AttemptOutcome, 'title'>;

export type Answered = Extract<HttpAnswer, { readonly kind: 'answer' }>;

const maxError = 300;

export const accepted: Verdict = {
  result: 'accepted',
  status: null,
  error: null,
  retryAfterMs: null,
  disable: false,
};

export function verdict(result: AttemptResult, status: number | null, error: string): Verdict {
  return { result, status, error, retryAfterMs: null, disable: false };
}

/** No answer came: whether to doubt or to be sure depends on whether the request had left. */
export function unanswered(answer: Exclude<HttpAnswer, Answered>): Verdict {
  if (answer.kind === 'refused') return verdict('rejected', null, answer.reason);
  return verdict(answer.sent ? 'uncertain' : 'retry', null, answer.reason);
}

/** Come again, after `Retry-After` where it says so. */
export function later(answer: Answered, nowMs: number): Verdict {
  const wait = retryAfterMs(answer.headers, nowMs);
  return { ...verdict('retry', answer.status, said(answer)), retryAfterMs: wait };
}

/** 3xx and 4xx: the same again would end the same. */
export function never(answer: Answered, why: string = said(answer)): Verdict {
  return verdict('rejected', answer.status, why);
}

/** A redirect is never followed: it would carry the notice, and its secrets, to an address nobody configured. */
export function isRedirect(answer: Answered): boolean {
  return answer.status >= 300 && answer.status < 400;
}

export const redirected =
  'it answers with a redirect, which is not followed: configure the final address';

/** The status and the body as it came: tidied and cut only after redaction. */
export function said(answer: Answered): string {
  const body = answer.body.trim();
  return body === '' ? `HTTP ${answer.status}` : `HTTP ${answer.status}: ${body}`;
}

/**
 * Redacted before it is tidied and again after, for a secret must be found as it was written and as
 * it is read; cut last, for half a secret would not be recognized.
 */
export function conclude(from: Verdict, title: string, redact: Redact): AttemptOutcome {
  const tidy = (text: string) => redact(oneLine(redact(text)));
  const error = from.error === null ? null : clip(tidy(from.error), maxError);
  return { ...from, error, title: tidy(title) };
}
