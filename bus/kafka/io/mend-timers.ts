// kafkajs 2.2.4 re-arms a timer with a negative delay for ever: about 900 wake-ups a second and
// 2–5 % of a core for an idle connection (tulios/kafkajs #1556, #1704, #1751). Armed here only while
// the broker has asked for a pause; a queue that is merely full is looked at when an answer comes.
// Its check for timed-out requests runs ten times a second; twice is enough for timeouts of seconds.

import assert from 'node:assert';

type Queue = {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  requestTimeoutIntervalId: NodeJS.Timeout | undefined;
  enforceRequestTimeout: boolean;
  requestTimeout: number;
  inflight: Map<number, { sentAt: number; requestTimeout: number; timeoutRequest(): void }>;
  isConnected(): boolean;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
  scheduleRequestTimeoutCheck(): void;
  destroy(): void;
};

const timeoutCheckMs = 500;

export function mendTimers(require: NodeJS.Require): void {
  const { prototype } = require('kafkajs/src/network/requestQueue') as { prototype: Queue };
  assert(typeof prototype.scheduleCheckPendingRequests === 'function', 'kafkajs changed shape');
  assert(typeof prototype.scheduleRequestTimeoutCheck === 'function', 'kafkajs changed shape');
  prototype.scheduleCheckPendingRequests = armWhileThrottled;
  prototype.scheduleRequestTimeoutCheck = checkTimeoutsCalmly;
  selfCheck(prototype);
}

function armWhileThrottled(this: Queue): void {
  const waitMs = this.throttledUntil - Date.now();
  if (this.throttleCheckTimeoutId !== null || this.pending.length === 0 || waitMs <= 0) return;
  this.throttleCheckTimeoutId = setTimeout(() => {
    this.throttleCheckTimeoutId = null;
    this.checkPendingRequests();
  }, waitMs);
}

function checkTimeoutsCalmly(this: Queue): void {
  if (!this.enforceRequestTimeout) return;
  this.destroy();
  const everyMs = Math.min(this.requestTimeout / 2, timeoutCheckMs);
  this.requestTimeoutIntervalId = setInterval(() => {
    const nowMs = Date.now();
    for (const request of [...this.inflight.values()]) {
      if (nowMs - request.sentAt > request.requestTimeout) request.timeoutRequest();
    }
    if (!this.isConnected()) this.destroy();
  }, everyMs);
  // The socket keeps the process running while somebody waits, if anything does.
  this.requestTimeoutIntervalId.unref();
}

/** An idle queue must not arm anything. */
function selfCheck(prototype: Queue): void {
  const idle = Object.assign(Object.create(prototype) as Queue, {
    pending: [],
    throttledUntil: -1,
    throttleCheckTimeoutId: null,
  });
  idle.scheduleCheckPendingRequests();
  assert(idle.throttleCheckTimeoutId === null, 'the timer mend of kafkajs has no effect');
}
