// A region's cluster as its clients meet it.

import type { ErrorClass } from '@regionpilot/protocol';

export type Condition =
  | { readonly kind: 'healthy' }
  /** Connections are reset and new ones refused. */
  | { readonly kind: 'refused' }
  /** The server stands still: links stay up, nothing is answered. */
  | { readonly kind: 'frozen' }
  /** Packets vanish: links stay up, nothing is answered, new ones hang. */
  | { readonly kind: 'blackhole' }
  | { readonly kind: 'slow'; readonly latencyMs: number }
  /** This share of commands fails. */
  | { readonly kind: 'errors'; readonly share: number; readonly errorClass: ErrorClass };

export const healthy: Condition = { kind: 'healthy' };

export class SimRegion {
  readonly name: string;
  readonly #cut = new Map<string, Condition>();
  #condition: Condition = healthy;
  /** Since when the condition is what it is, world ms. */
  #sinceMs = 0;

  constructor(name: string) {
    this.name = name;
  }

  become(condition: Condition, nowMs: number): void {
    this.#condition = condition;
    this.#sinceMs = nowMs;
  }

  /** Clients of one home meet this instead of the rest's condition. */
  cutFrom(home: string, condition: Condition, nowMs: number): void {
    this.#cut.set(home, condition);
    this.#sinceMs = nowMs;
  }

  reconnect(home: string, nowMs: number): void {
    if (this.#cut.delete(home)) this.#sinceMs = nowMs;
  }

  for(home: string): Condition {
    const own = this.#cut.get(home);
    return own === undefined || isDead(this.#condition) ? this.#condition : own;
  }

  /** Dead for clients of that home, and for how long already; 0 when it is not. */
  deadForMs(home: string, nowMs: number): number {
    return isDead(this.for(home)) ? nowMs - this.#sinceMs : 0;
  }

  healthyForMs(home: string, nowMs: number): number {
    return this.for(home).kind === 'healthy' ? nowMs - this.#sinceMs : 0;
  }
}

export function isDead({ kind }: Condition): boolean {
  return kind === 'refused' || kind === 'frozen' || kind === 'blackhole';
}
