// A client's side of the decision log: `agent/io/follower.ts` under the virtual clock, over the
// production subscription.

import {
  type Decision,
  decodeDecision,
  decodeHeartbeat,
  isHeartbeatKey,
} from '@regionpilot/protocol';
import { startSubscription, stepSubscription } from '../../../agent/subscription.ts';
import type {
  Subscription,
  SubscriptionEffect,
  SubscriptionInput,
  SubscriptionPolicy,
} from '../../../agent/subscription-state.ts';
import type { Host } from './host.ts';
import { decodeOnce, type LogRecord, Reader, type SimLog } from './log.ts';

export type SimFollowingOptions = {
  readonly host: Host;
  readonly log: SimLog;
  readonly policy: SubscriptionPolicy;
  readonly isDeaf: () => boolean;
  readonly effect: (effect: Exclude<SubscriptionEffect, { kind: 'readAgain' }>) => void;
  readonly stepped: () => void;
};

export class SimFollowing {
  state: Subscription;
  readonly #options: SimFollowingOptions;
  #reader: Reader | null = null;

  constructor(options: SimFollowingOptions) {
    this.#options = options;
    this.state = startSubscription(options.policy, options.host.schedule.nowMs);
  }

  follow(): void {
    this.#reader?.close();
    const { host, log } = this.#options;
    const { schedule } = host;
    this.step({ kind: 'restarted', nowMs: schedule.nowMs });
    this.#reader = new Reader({
      log,
      host,
      topic: 'decisions',
      from: 0,
      compacted: host.rng.chance(0.5),
      records: (records) => {
        for (const record of records) this.#hear(record);
      },
      caughtUp: () => this.step({ kind: 'caughtUp', nowMs: schedule.nowMs }),
    });
  }

  stored(decision: Decision): void {
    const nowMs = this.#options.host.schedule.nowMs;
    this.step({ kind: 'stored', decision, origin: 'cache', nowMs });
  }

  step(input: SubscriptionInput): void {
    const { policy, effect, stepped } = this.#options;
    const [state, effects] = stepSubscription(this.state, input, policy);
    const changed = state !== this.state;
    this.state = state;
    let again = false;
    for (const each of effects) {
      if (each.kind === 'readAgain') again = true;
      else effect(each);
    }
    if (changed) stepped();
    if (again) this.follow();
  }

  close(): void {
    this.#reader?.close();
  }

  #hear(record: LogRecord): void {
    if (record.value === null || this.#options.isDeaf()) return;
    const { nowMs } = this.#options.host.schedule;
    if (!isHeartbeatKey(record.key)) {
      const decision = decodeOnce(record, decodeDecision);
      this.step({ kind: 'decision', decision, nowMs });
    } else if (this.state.kind === 'following') {
      const heartbeat = decodeOnce(record, decodeHeartbeat);
      this.step({ kind: 'heartbeat', heartbeat, nowMs });
    }
  }
}
