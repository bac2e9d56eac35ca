// What a host may watch while groups are decided on: the records themselves, so that nothing is paid
// where nobody watches. Telemetry reads traces out of it.

import type { Decision, IncidentRecord } from '@regionpilot/protocol';

export type Observed =
  | { readonly kind: 'incident'; readonly record: IncidentRecord }
  /** A decision of ours came back from the log; both times by our clock, ms since 1970. */
  | {
      readonly kind: 'published';
      readonly decision: Decision;
      readonly sentMs: number;
      readonly readBackMs: number;
    };

/** Must not throw, and must return at once: decisions wait for it. */
export type Observe = (observed: Observed) => void;

export class Observer {
  readonly #observe: Observe;
  /** Group → the decision that is on its way to the log. */
  readonly #sent = new Map<string, { readonly version: string; readonly sentMs: number }>();

  constructor(observe: Observe = () => undefined) {
    this.#observe = observe;
  }

  recorded(record: IncidentRecord): void {
    this.#observe({ kind: 'incident', record });
  }

  published(decision: Decision, nowMs: number): void {
    this.#sent.set(decision.group, { version: versionOf(decision), sentMs: nowMs });
  }

  readBack(decision: Decision, nowMs: number): void {
    const sent = this.#sent.get(decision.group);
    if (sent?.version !== versionOf(decision)) return;
    this.#sent.delete(decision.group);
    this.#observe({ kind: 'published', decision, sentMs: sent.sentMs, readBackMs: nowMs });
  }
}

function versionOf({ term, epoch }: Decision): string {
  return `${term}.${epoch}`;
}
