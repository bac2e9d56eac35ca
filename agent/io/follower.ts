// Records of the decisions topic into the subscription's step, and its effects out.

import type { Bus, BusRecord, Tail, TailHandler } from '@regionpilot/bus';
import {
  type Decision,
  decodeDecision,
  decodeHeartbeat,
  type Heartbeat,
  heartbeatKey,
  isHeartbeatKey,
  isTraceparent,
  type Rejection,
} from '@regionpilot/protocol';
import { backOffMs } from '../back-off.ts';
import type { DecisionRecord } from '../events.ts';
import { startSubscription, stepSubscription } from '../subscription.ts';
import type {
  Subscription,
  SubscriptionEffect,
  SubscriptionInput,
  SubscriptionPolicy,
} from '../subscription-state.ts';
import type { Clock } from './clock.ts';
import type { DeadLetters } from './dead-letters.ts';
import { type Notices, textOf } from './notices.ts';

export type FollowerOptions = {
  readonly topic: string;
  readonly clock: Clock;
  readonly rng: () => number;
  readonly notices: Notices;
  readonly deadLetters: DeadLetters;
  readonly policy: () => SubscriptionPolicy;
  readonly effect: (
    effect: Exclude<SubscriptionEffect, { kind: 'readAgain' }>,
    record: DecisionRecord | undefined,
  ) => void;
  /** Called after each step that changed anything. */
  readonly stepped: () => void;
};

/** What is needed of a log, and what a relay offers too. */
export type DecisionSource = {
  readonly tail: (options: {
    readonly topic: string;
    readonly handler: TailHandler;
  }) => Promise<Tail>;
};

type Read =
  | { readonly kind: 'input'; readonly input: SubscriptionInput }
  | { readonly kind: 'invalid'; readonly rejection: Rejection; readonly text: string };

export class Follower {
  readonly #options: FollowerOptions;
  #state: Subscription;
  #source: DecisionSource | null = null;
  #letters: Bus | null = null;
  #tail: Tail | null = null;
  /** The decision being heard in this moment. */
  #hearing: DecisionRecord | undefined;
  /** Grows with every tail begun: what an older one still says is not heard. */
  #reading = 0;
  #failures = 0;
  /** Records that were no decision and no heartbeat. */
  invalid = 0;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#state = startSubscription(options.policy(), options.clock.nowMs());
  }

  get state(): Subscription {
    return this.#state;
  }

  /** ms since 1970 of the last contact with the log; null before the first. */
  get lastContactMs(): number | null {
    return this.#tail?.lastContactMs() ?? null;
  }

  /** @param letters Where what cannot be read is sent; null: nowhere, it is only counted. */
  follow(source: DecisionSource, letters: Bus | null): void {
    this.#source = source;
    this.#letters = letters;
    void this.#read();
  }

  step(input: SubscriptionInput): void {
    const [state, effects] = stepSubscription(this.#state, input, this.#options.policy());
    const changed = state !== this.#state;
    this.#state = state;
    let again = false;
    for (const effect of effects) {
      if (effect.kind === 'readAgain') again = true;
      else this.#options.effect(effect, this.#hearing);
    }
    if (changed) this.#options.stepped();
    if (again && this.#source !== null) void this.#read();
  }

  async close(): Promise<void> {
    this.#source = null;
    this.#reading++;
    const tail = this.#tail;
    this.#tail = null;
    await tail?.close();
  }

  async #read(): Promise<void> {
    const source = this.#source;
    if (source === null) return;
    const reading = ++this.#reading;
    const { clock, notices, topic } = this.#options;
    const before = this.#tail;
    this.#tail = null;
    this.step({ kind: 'restarted', nowMs: clock.nowMs() });
    const heard = (where: string, run: () => void): void => {
      // The bus does not catch what a handler throws; here nothing may reach the host.
      if (reading === this.#reading) notices.guard(where, undefined, run);
    };
    try {
      await before?.close();
      const tail = await source.tail({
        topic,
        handler: {
          record: (record) => heard('decisionRecord', () => this.#hear(record)),
          caughtUp: () =>
            heard('caughtUp', () => this.step({ kind: 'caughtUp', nowMs: clock.nowMs() })),
        },
      });
      this.#failures = 0;
      if (reading === this.#reading) this.#tail = tail;
      else await tail.close();
    } catch (error) {
      notices.say({ kind: 'busUnavailable', text: textOf(error) });
      this.#retryLater(reading);
    }
  }

  #retryLater(reading: number): void {
    this.#failures++;
    const waitMs = backOffMs(this.#failures, 200, 5_000, this.#options.rng);
    setTimeout(() => {
      if (reading === this.#reading) void this.#read();
    }, waitMs).unref();
  }

  #hear(record: BusRecord): void {
    if (record.value === null) return; // A group's history was forgotten; what we hold stands.
    // Old heartbeats say nothing: reading them is not worth the while.
    if (this.#state.kind === 'catchingUp' && isHeartbeatKey(record.key)) return;
    const read = readRecord(record.key, record.value, this.#options.clock.nowMs());
    if (read.kind === 'input') return this.#stepHearing(read.input, record);
    const { notices, deadLetters } = this.#options;
    this.invalid++;
    notices.say({ kind: 'decisionRejected', reason: read.rejection, text: read.text });
    deadLetters.send(this.#letters, record, read.rejection, read.text);
  }

  #stepHearing(input: SubscriptionInput, { appendedMs, headers }: BusRecord): void {
    const { traceparent } = headers;
    this.#hearing = isTraceparent(traceparent) ? { appendedMs, traceparent } : { appendedMs };
    try {
      this.step(input);
    } finally {
      this.#hearing = undefined;
    }
  }
}

function readRecord(key: string, value: Uint8Array, nowMs: number): Read {
  if (isHeartbeatKey(key)) {
    const decoded = decodeHeartbeat(value);
    if (decoded.kind === 'invalid') return decoded;
    return heartbeatUnder(key, decoded.value, nowMs);
  }
  const decoded = decodeDecision(value);
  return decoded.kind === 'invalid' ? decoded : decisionUnder(key, decoded.value, nowMs);
}

// The key decides what compaction forgets: a record under another's key would outlive its successor.
function heartbeatUnder(key: string, heartbeat: Heartbeat, nowMs: number): Read {
  return key === heartbeatKey(heartbeat.partition)
    ? { kind: 'input', input: { kind: 'heartbeat', heartbeat, nowMs } }
    : { kind: 'invalid', rejection: 'shapeInvalid', text: `heartbeat under key ${key}` };
}

function decisionUnder(key: string, decision: Decision, nowMs: number): Read {
  return key === decision.group
    ? { kind: 'input', input: { kind: 'decision', decision, nowMs } }
    : {
        kind: 'invalid',
        rejection: 'shapeInvalid',
        text: `decision of ${decision.group} under key ${key}`,
      };
}
