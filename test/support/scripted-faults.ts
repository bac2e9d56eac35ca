// What can go wrong between a request and its answer, as data that a test server plays one per
// request, in order. Whether the request took effect is the point of most of them.

import type { IncomingMessage, ServerResponse } from 'node:http';

export type Fault =
  /** Answers so and does nothing: 5xx, 429 with or without Retry-After, 410. */
  | {
      readonly kind: 'status';
      readonly status: number;
      /** Default: empty. */
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Takes effect, but the answer never comes. */
  | { readonly kind: 'acceptedThenSilence' }
  /** The socket dies at once; `afterMs` later it takes effect all the same. */
  | { readonly kind: 'acceptedLate'; readonly afterMs: number }
  /** Nothing takes effect and nothing is answered. */
  | { readonly kind: 'silence' }
  /** The socket dies and nothing takes effect. */
  | { readonly kind: 'reset' }
  /** Takes effect; the answer's head comes at once, its body drips for `overMs`. */
  | { readonly kind: 'slowBody'; readonly overMs: number }
  /** Takes effect; the answer has the usual status and a body of noise. */
  | { readonly kind: 'garbageBody' }
  /** Takes effect; the body is endless for those who wait for its end. */
  | { readonly kind: 'hugeBody'; readonly bytes: number }
  /** Points elsewhere and does nothing. */
  | { readonly kind: 'redirect'; readonly to: string };

/** 429 as PagerDuty sends it: empty, without a hint. */
export const emptyTooMany: Fault = { kind: 'status', status: 429 };

export function tooMany(retryAfter: string): Fault {
  return { kind: 'status', status: 429, headers: { 'retry-after': retryAfter } };
}

/** What the server would have answered without a fault. */
export type Answer = { readonly status: number; readonly body: string };

/**
 * Answers, perhaps wrongly. `takeEffect` is called at most once, when the request takes effect; timers
 * go to `timers` so that a closing server can stop them.
 */
export function answerWith(
  fault: Fault | null,
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  takeEffect: () => void,
  timers: Set<NodeJS.Timeout>,
): void {
  if (fault === null) {
    takeEffect();
    reply(response, answer.status, answer.body);
    return;
  }
  switch (fault.kind) {
    case 'status':
      reply(response, fault.status, fault.body ?? '', fault.headers);
      return;
    case 'acceptedThenSilence':
      takeEffect();
      return;
    case 'acceptedLate':
      later(timers, fault.afterMs, takeEffect);
      request.socket.destroy();
      return;
    case 'silence':
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'slowBody':
      takeEffect();
      drip(response, answer, fault.overMs, timers);
      return;
    case 'garbageBody':
      takeEffect();
      reply(response, answer.status, '\u0000{"status":<html>\ud83d\ude31 ]]>');
      return;
    case 'hugeBody':
      takeEffect();
      pour(response, answer.status, fault.bytes);
      return;
    case 'redirect':
      reply(response, 307, '', { location: fault.to });
      return;
  }
}

function reply(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const type = body.startsWith('{') ? { 'content-type': 'application/json' } : {};
  response.writeHead(status, { ...type, ...headers }).end(body);
}

function drip(
  response: ServerResponse,
  { status, body }: Answer,
  overMs: number,
  timers: Set<NodeJS.Timeout>,
): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  const steps = 10;
  const size = Math.ceil(body.length / steps);
  const next = (step: number): void => {
    response.write(body.slice(step * size, (step + 1) * size));
    if (step + 1 >= steps) response.end();
    else later(timers, overMs / steps, () => next(step + 1));
  };
  next(0);
}

/** At the reader's pace: what nobody reads is not even made. */
function pour(response: ServerResponse, status: number, bytes: number): void {
  response.writeHead(status, { 'content-type': 'text/plain' });
  const chunk = 'x'.repeat(65_536);
  let left = bytes;
  const more = (): void => {
    while (left > 0) {
      const part = chunk.slice(0, left);
      left -= part.length;
      if (!response.write(part)) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}

function later(timers: Set<NodeJS.Timeout>, afterMs: number, act: () => void): void {
  const timer = setTimeout(() => {
    timers.delete(timer);
    act();
  }, afterMs);
  timers.add(timer);
}
