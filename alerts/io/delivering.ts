/**
 * The receivers of one partition, each with a delivery state of its own. Carries out what the states
 * want; while somebody else may own the partition, nothing leaves.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AlertsTopicRecord, Delivery, Notice, Sent } from '@regionpilot/protocol';
import {
  createDelivery,
  type DeliveryState,
  type DeliveryStatus,
  deliveryStatus,
  retune,
  stepDelivery,
} from '../delivery/delivery.ts';
import type { DeliveryEffect, DeliveryInput } from '../delivery/input.ts';
import type { Receiver } from '../receiver.ts';
import type { Deliver } from '../receivers/port.ts';

export type Condition = Extract<DeliveryEffect, { readonly kind: 'condition' }>;

export type DeliveringOptions = {
  readonly receivers: readonly Receiver[];
  readonly deliver: (receiver: string) => Deliver | null;
  readonly ended: (sent: Omit<Sent, 'v' | 'kind' | 'term'>) => void;
  readonly attempted: (delivery: Delivery) => void;
  readonly condition: (receiver: string, condition: Condition) => void;
  readonly deadLettered: (notice: Notice, reason: string) => void;
};

type Send = Extract<DeliveryEffect, { readonly kind: 'send' }>;

export class Delivering {
  readonly #options: DeliveringOptions;
  readonly #states = new Map<string, DeliveryState>();
  /** Attempts that wait for a doubt about our right to be cleared. */
  #suspended: { readonly receiver: string; readonly send: Send }[] | null = null;
  readonly #underWay = new Set<Promise<void>>();
  #stopped = false;

  constructor(options: DeliveringOptions) {
    this.#options = options;
    for (const receiver of options.receivers) {
      this.#states.set(receiver.name, createDelivery(receiver));
    }
  }

  /** What the log holds, and then: go. */
  begin(records: Iterable<AlertsTopicRecord>): void {
    this.#catchUp(new Set(this.#states.keys()), records);
  }

  /** A record read back from the log. */
  hear(record: AlertsTopicRecord): void {
    if (record.kind === 'notice') {
      this.#step(record.receiver, { kind: 'notice', notice: record });
    } else if (record.kind === 'sent') {
      this.#step(record.receiver, { kind: 'sent', sent: record });
    }
  }

  tick(): void {
    for (const name of this.#states.keys()) this.#step(name, { kind: 'tick' });
  }

  suspend(): void {
    this.#suspended ??= [];
  }

  resume(): void {
    const waiting = this.#suspended ?? [];
    this.#suspended = null;
    for (const { receiver, send } of waiting) this.#send(receiver, send);
  }

  /** `records`: what the log holds, for receivers that are new, or back again. */
  reload(receivers: readonly Receiver[], records: Iterable<AlertsTopicRecord>): void {
    const names = new Set(receivers.map(({ name }) => name));
    for (const name of this.#states.keys()) if (!names.has(name)) this.#states.delete(name);
    const added = new Set<string>();
    for (const receiver of receivers) {
      const known = this.#states.get(receiver.name);
      if (known !== undefined) retune(known, receiver);
      else {
        this.#states.set(receiver.name, createDelivery(receiver));
        added.add(receiver.name);
      }
    }
    this.#catchUp(added, records);
  }

  status(): Readonly<Record<string, DeliveryStatus>> {
    return Object.fromEntries(
      [...this.#states].map(([name, state]) => [name, deliveryStatus(state)]),
    );
  }

  /** Begins nothing more, and waits for what is under way. */
  async drain(withinMs: number): Promise<void> {
    this.suspend();
    const deadline = sleep(withinMs, undefined, { ref: false });
    await Promise.race([Promise.all(this.#underWay), deadline]);
  }

  /** Attempts under way end unheard. */
  stop(): void {
    this.#stopped = true;
  }

  #catchUp(receivers: ReadonlySet<string>, records: Iterable<AlertsTopicRecord>): void {
    for (const record of records) {
      if ('receiver' in record && receivers.has(record.receiver)) this.hear(record);
    }
    for (const name of receivers) this.#step(name, { kind: 'ready' });
  }

  #step(receiver: string, input: DeliveryInput): void {
    const state = this.#states.get(receiver);
    if (state === undefined || this.#stopped) return;
    for (const effect of stepDelivery(state, input, Date.now(), Math.random)) {
      this.#run(receiver, effect);
    }
  }

  #run(receiver: string, effect: DeliveryEffect): void {
    switch (effect.kind) {
      case 'send':
        if (this.#suspended === null) this.#send(receiver, effect);
        else this.#suspended.push({ receiver, send: effect });
        return;
      case 'ended':
        return this.#options.ended(effect.sent);
      case 'attempted':
        return this.#options.attempted(effect.delivery);
      case 'condition':
        return this.#options.condition(receiver, effect);
      case 'deadLetter':
        return this.#options.deadLettered(effect.notice, effect.reason);
    }
  }

  #send(receiver: string, { notice, attempt }: Send): void {
    const deliver = this.#options.deliver(receiver);
    const { dedupKey, seq } = notice;
    const startedMs = Date.now();
    const outcome = deliver?.(notice, attempt, startedMs) ?? Promise.resolve(noSuchReceiver);
    const ended = outcome.then((answer) => {
      this.#underWay.delete(ended);
      this.#step(receiver, { kind: 'attemptEnded', dedupKey, seq, startedMs, ...answer });
    });
    this.#underWay.add(ended);
  }
}

const noSuchReceiver = {
  result: 'rejected',
  status: null,
  error: 'this receiver is not configured',
  retryAfterMs: null,
  disable: false,
  title: '',
} as const;
