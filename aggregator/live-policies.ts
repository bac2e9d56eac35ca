// The policies in force in one process: configured ones, and the orders heard so far. Until the log
// of orders was read to its end they are only collected, because an order may make sense only with
// another that stands behind it in the log.

import type { PolicyOrder, Problem } from '@regionpilot/protocol';
import type { AggregatorConfig } from './config.ts';
import { type PolicyOrders, policyInForce, takeOrder } from './live-policy.ts';
import type { Policy } from './policy.ts';

export type OrderOutcome = {
  readonly group: string;
  /** `null`: it was taken back. */
  readonly order: PolicyOrder | null;
  /** Empty: in force from now on. Else everything stays as it was. */
  readonly problems: readonly Problem[];
};

export class LivePolicies {
  readonly #config: AggregatorConfig;
  readonly #inForce = new Map<string, Policy>();
  #orders: PolicyOrders = new Map();
  #collected: Map<string, PolicyOrder | null> | null = new Map();

  constructor(config: AggregatorConfig) {
    this.#config = config;
  }

  of(group: string): Policy {
    const known = this.#inForce.get(group);
    if (known !== undefined) return known;
    const policy = policyInForce(this.#config, this.#orders, group);
    this.#inForce.set(group, policy);
    return policy;
  }

  /** An order as it came by; nothing comes of it before `caughtUp`. */
  hear(key: string, order: PolicyOrder | null): readonly OrderOutcome[] {
    if (this.#collected === null) return [this.#take(key, order)];
    this.#collected.set(key, order);
    return [];
  }

  /** What was there from the start is judged: `*` first, then each group's own. */
  caughtUp(): readonly OrderOutcome[] {
    const collected = [...(this.#collected ?? [])].filter(([, order]) => order !== null);
    this.#collected = null;
    collected.sort(([a], [b]) => (a < b ? -1 : 1));
    return collected.map(([key, order]) => this.#take(key, order));
  }

  #take(group: string, order: PolicyOrder | null): OrderOutcome {
    const taken = takeOrder(this.#config, this.#orders, group, order);
    if (taken.kind === 'refused') return { group, order, problems: taken.problems };
    this.#orders = taken.orders;
    this.#inForce.clear();
    return { group, order, problems: [] };
  }
}
