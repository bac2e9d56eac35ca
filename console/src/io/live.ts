// The live stream: opens it, resumes it where it broke, waits longer after each failure, and hands
// messages on in bundles so that a storm of them costs one redraw.

import type { LiveMessage } from '@regionpilot/api/contract';
import type { Line } from '../model/freshness.ts';
import { backoffMs, readSse, sseStart } from '../model/sse.ts';
import { authHeaders } from './api.ts';
import { pause, serverNow } from './clock.ts';

export type LiveHandlers = {
  readonly onMessages: (messages: readonly LiveMessage[]) => void;
  readonly onLine: (line: Line) => void;
  /** The token is missing, wrong or expired: no more attempts. */
  readonly onDenied: () => void;
};

/** How often bundles are handed on, ms. */
const bundleMs = 100;

/** Follows the stream until aborted. */
export async function followLive(handlers: LiveHandlers, signal: AbortSignal): Promise<void> {
  let lastId: string | null = null;
  let attempt = 0;
  let brokenSinceMs: number | null = null;
  handlers.onLine({ kind: 'connecting', sinceMs: serverNow() });
  while (!signal.aborted) {
    const end = await readOnce(lastId, handlers, signal);
    lastId = end.lastId;
    if (end.denied) return handlers.onDenied();
    if (signal.aborted) return;
    attempt = end.heard ? 1 : attempt + 1;
    if (end.heard || brokenSinceMs === null) brokenSinceMs = serverNow();
    const waitMs = Math.max(end.retryMs ?? 0, backoffMs(attempt, Math.random));
    const retryAtMs = serverNow() + waitMs;
    handlers.onLine({ kind: 'broken', sinceMs: brokenSinceMs, why: end.why, retryAtMs });
    await pause(waitMs, signal);
  }
}

type StreamEnd = {
  readonly lastId: string | null;
  readonly denied: boolean;
  /** Whether anything arrived: then the next wait starts short again. */
  readonly heard: boolean;
  readonly why: string;
  readonly retryMs: number | null;
};

async function readOnce(
  lastId: string | null,
  handlers: LiveHandlers,
  signal: AbortSignal,
): Promise<StreamEnd> {
  let state = sseStart;
  let newest = lastId;
  let heard = false;
  const end = (why: string, denied: boolean = false): StreamEnd => ({
    lastId: newest,
    denied,
    heard,
    why,
    retryMs: state.retryMs,
  });
  const bundle = bundler(handlers.onMessages);
  const lineDead = new AbortController();
  const watchdog = watch(lineDead);
  try {
    const answer = await fetch('/api/v1/live', {
      headers: {
        accept: 'text/event-stream',
        ...authHeaders(),
        ...(lastId === null ? {} : { 'last-event-id': lastId }),
      },
      cache: 'no-store',
      signal: AbortSignal.any([signal, lineDead.signal]),
    });
    if (answer.status === 401) return end('access was refused', true);
    if (!answer.ok || answer.body === null) return end(`the server answered ${answer.status}`);
    for await (const text of answer.body.pipeThrough(new TextDecoderStream())) {
      heard = true;
      watchdog.heard();
      handlers.onLine({ kind: 'open', heardMs: serverNow() });
      const [next, events] = readSse(state, text);
      state = next;
      newest = events.findLast((event) => event.id !== null)?.id ?? newest;
      bundle.add(events.map((event) => JSON.parse(event.data) as LiveMessage));
    }
    return end('the server ended the stream');
  } catch {
    return end(lineDead.signal.aborted ? 'the line went silent' : 'the server cannot be reached');
  } finally {
    watchdog.stop();
    bundle.flush();
  }
}

/** A line that says nothing for this long is given up and opened anew, ms. */
const deadAfterMs = 25_000;

function watch(dead: AbortController): { heard: () => void; stop: () => void } {
  let timer = setTimeout(() => dead.abort(), deadAfterMs);
  return {
    heard: () => {
      clearTimeout(timer);
      timer = setTimeout(() => dead.abort(), deadAfterMs);
    },
    stop: () => clearTimeout(timer),
  };
}

function bundler(deliver: (messages: readonly LiveMessage[]) => void) {
  let waiting: LiveMessage[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (waiting.length > 0) deliver(waiting);
    waiting = [];
  };
  return {
    flush,
    add: (messages: readonly LiveMessage[]) => {
      waiting.push(...messages);
      timer ??= setTimeout(flush, bundleMs);
    },
  };
}
