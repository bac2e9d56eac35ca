// A receiver as a model: what it holds per dedup key, when each request landed, and what it answers.
// A request may land although its sender never hears of it, and it may land late.

import type { AttemptResult, Notice, NoticeAction } from '@regionpilot/protocol';

/** What one attempt meets. */
export type Answer = {
  readonly result: AttemptResult;
  /** When the sender knows. Default 50 ms. */
  readonly afterMs?: number;
  /** When it lands, if it does; an accepted one lands at once. Default: an uncertain one never does. */
  readonly landsAfterMs?: number;
  readonly status?: number;
  readonly error?: string;
  readonly retryAfterMs?: number;
  readonly disable?: boolean;
};

export type Landing = {
  readonly atMs: number;
  readonly dedupKey: string;
  readonly seq: number;
  readonly action: NoticeAction;
};

export type Held = 'open' | 'acked' | 'resolved';

export type ModelReceiver = {
  /** In the order in which they arrived. */
  readonly landings: Landing[];
  readonly held: Map<string, Held>;
};

export function createModelReceiver(): ModelReceiver {
  return { landings: [], held: new Map() };
}

/** As PagerDuty keeps it: what would acknowledge or resolve nothing is dropped. */
export function land(model: ModelReceiver, notice: Notice, atMs: number): void {
  const { dedupKey, seq, action } = notice;
  model.landings.push({ atMs, dedupKey, seq, action });
  const held = model.held.get(dedupKey) ?? 'resolved';
  model.held.set(dedupKey, heldAfter(held, action));
}

export function heldOf(model: ModelReceiver, dedupKey: string): Held {
  return model.held.get(dedupKey) ?? 'resolved';
}

function heldAfter(held: Held, action: NoticeAction): Held {
  if (action === 'resolve') return 'resolved';
  if (action === 'trigger') return held === 'acked' ? 'acked' : 'open';
  return action === 'acknowledge' && held === 'open' ? 'acked' : held;
}
