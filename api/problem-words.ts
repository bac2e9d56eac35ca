// What each problem means to whoever meets it: why it happens and what to do. The page behind every
// type and docs/api-problems.md are both made from here.

import type { ProblemSlug } from './problem.ts';

export type ProblemWords = {
  readonly cause: string;
  readonly cure: string;
};

export const problemWords: Readonly<Record<ProblemSlug, ProblemWords>> = {
  'invalid-request': {
    cause:
      'A part of the path, the query or the body is not of the shape this address takes, is missing, or is not known here.',
    cure: '`errors` lists every part that does not fit, with what came and what would fit: mend them all, then send it again.',
  },
  'idempotency-key-missing': {
    cause:
      'Every write names itself, so that one sent twice happens once. This one came without an `Idempotency-Key`, or with one that is not 8 to 128 visible ASCII characters.',
    cure: 'Send a new random key (a UUID) with each write, and the same key when you repeat one.',
  },
  unauthenticated: {
    cause:
      'No token and no listed client certificate came with the request, or the token is not known to this API: made for another tokens file, revoked and removed, or signed by somebody else.',
    cure: 'Send `Authorization: Bearer …` with a token of `regionpilot token create`, or a JWT of the configured issuer.',
  },
  'token-expired': {
    cause: 'The token was good once: its time is over, or it was revoked.',
    cure: 'Make a new one with `regionpilot token create`, or sign in again at your issuer.',
  },
  forbidden: {
    cause: 'You are known, but what you hold does not reach so far.',
    cure: '`detail` names the scope that is wanted: viewer reads, operator silences and acknowledges, failover gives orders, admin changes policies. Ask for a token of that scope.',
  },
  'foreign-origin': {
    cause:
      'A write came from a web page that is not our own console, or, without access control, the request named a host that is not loopback.',
    cure: 'Use the console at its own address. Programs leave `Origin` and `Sec-Fetch-Site` out. Behind a proxy, configure access control and keep the `Host` the browser sent.',
  },
  'not-found': {
    cause:
      'Nothing is at this address, or the group, incident, alert or silence it names is not known: never seen, over, or no longer remembered.',
    cure: 'Look at the list it should be in (`/api/v1/groups`, `/api/v1/incidents`, `/api/v1/alerts`, `/api/v1/silences`).',
  },
  'method-not-allowed': {
    cause: 'The address is right, the method is not.',
    cure: 'The `Allow` header lists the methods this address takes.',
  },
  'not-acceptable': {
    cause:
      'The `Accept` header allows none of what is offered: JSON for documents, `text/event-stream` for streams.',
    cure: 'Leave `Accept` out, or name what the reference says.',
  },
  'request-timeout': {
    cause: 'The request was not complete within 10 s.',
    cure: 'Send it in one go. If you did, look for a proxy or a line that holds requests back.',
  },
  conflict: {
    cause:
      'An order is in force that says something this one would end without a word, for example a hold that somebody else placed.',
    cure: 'Read `/api/v1/overrides`, talk to its author, then repeat what should stay, or send `"replace": true` to end it.',
  },
  'idempotency-in-flight': {
    cause: 'The first request with this key is still under way.',
    cure: 'Wait as long as `Retry-After` says and send the same request with the same key: it is answered as the first.',
  },
  'precondition-failed': {
    cause: 'Somebody changed the policy between your reading it and your writing it.',
    cure: 'Read it again, make your change to what it is now, and send it with the new `ETag` in `If-Match`.',
  },
  'too-large': {
    cause: 'The body has more than 65,536 bytes.',
    cure: 'Nothing this API takes is so large: look for what was put in by mistake.',
  },
  'uri-too-long': {
    cause: 'The address has more than 4,096 characters, or one part of its path more than 512.',
    cure: 'Shorten the filter; cursors are opaque and short, so do not build them yourself.',
  },
  'unsupported-media-type': {
    cause: 'The body is not said to be JSON, or it is compressed.',
    cure: 'Send `Content-Type: application/json` and the plain body.',
  },
  'idempotency-key-reused': {
    cause: 'This key was used within the last day for another request.',
    cure: 'Take a new key for each new write.',
  },
  'not-possible': {
    cause:
      'The request is sound, but what it wants cannot be had now, for example an acknowledgement of an alert that nobody was told of.',
    cure: '`detail` says what is in the way; look at the state of what you named.',
  },
  'precondition-required': {
    cause: 'A change of a policy must name the version it saw, so that nobody is undone unseen.',
    cure: 'Read the policy and send its `ETag` in `If-Match`.',
  },
  'too-many-requests': {
    cause:
      'This caller sent more than its share: 2,000 reads or 60 writes in 10 s, unless configured otherwise.',
    cure: 'Wait as long as `Retry-After` says. Follow `/api/v1/live` instead of asking again and again.',
  },
  'headers-too-large': {
    cause: 'The headers have more than 16,384 bytes together.',
    cure: 'Look for cookies or tracing headers that a proxy adds: this API wants none of them.',
  },
  internal: {
    cause: 'A bug of ours. Nothing about it is shown, everything is in the log.',
    cure: 'Look for the request id (`instance`, `x-request-id`) in the log of the API, and report it.',
  },
  busy: {
    cause:
      'As many requests as are answered at once are under way, as many streams are open as there may be, or the token issuer cannot be asked for its keys. Readers wait so that decisions do not.',
    cure: 'Wait as long as `Retry-After` says. If it stays so, look who asks so much, or why the issuer is away.',
  },
  'not-ready': {
    cause: 'This instance has just started and has not read the log to its end yet.',
    cure: 'Wait as long as `Retry-After` says, or ask another instance. `/readyz` says what it waits for.',
  },
  'log-unreachable': {
    cause: 'The event log did not answer in time. A write may or may not be stored.',
    cure: 'Look at `regionpilot doctor`. Before you repeat a write, look whether it is in force; the same `Idempotency-Key` may be used again.',
  },
};
