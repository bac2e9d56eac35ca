// One receiver, the log in front of it and the owners who deliver from it, on a virtual clock. An
// owner can crash, or be replaced while it does not know; its requests under way land all the same.

import type { AlertOwner, Delivery, Notice, Sent } from '@regionpilot/protocol';
import {
  createDelivery,
  type DeliveryState,
  deliveryStatus,
  retune,
  stepDelivery,
} from '../../alerts/delivery/delivery.ts';
import type { DeliveryEffect, DeliveryInput } from '../../alerts/delivery/input.ts';
import { createLedger, enter, type Ledger, ofKind, termOf } from '../../alerts/ledger.ts';
import type { Receiver } from '../../alerts/receiver.ts';
import {
  type Answer,
  createModelReceiver,
  land,
  type ModelReceiver,
} from './alerts-model-receiver.ts';

export type Owner = {
  readonly name: string;
  readonly term: number;
  readonly state: DeliveryState;
  alive: boolean;
  /** `key/seq` → how it ended, as this owner said. */
  readonly ended: string[];
};

export type Attempt = {
  readonly atMs: number;
  readonly dedupKey: string;
  readonly seq: number;
  readonly action: Notice['action'];
  readonly severity: Notice['severity'];
  readonly attempt: number;
  readonly owner: string;
};

type Happening = { readonly atMs: number; readonly happen: () => void };

export type WorldOptions = {
  readonly receiver: Receiver;
  readonly answer: (notice: Notice, attempt: number, nowMs: number) => Answer;
  /** How long a `sent` is on its way into the log; a crash before loses it. Default 0. */
  readonly writeMs?: number;
  readonly tickMs?: number;
  readonly rng?: () => number;
};

export class DeliveryWorld {
  readonly ledger: Ledger = createLedger();
  readonly model: ModelReceiver = createModelReceiver();
  readonly attempts: Attempt[] = [];
  readonly deliveries: Delivery[] = [];
  readonly sents: Sent[] = [];
  readonly fenced: Sent[] = [];
  readonly deadLetters: { readonly notice: Notice; readonly reason: string }[] = [];
  readonly conditions: Extract<DeliveryEffect, { readonly kind: 'condition' }>[] = [];
  readonly owners: Owner[] = [];
  answer: WorldOptions['answer'];
  nowMs = 1_000_000;
  readonly #options: WorldOptions;
  readonly #underWay = new Set<string>();
  /** Earliest first. */
  readonly #coming: Happening[] = [];

  constructor(options: WorldOptions) {
    this.#options = options;
    this.answer = options.answer;
  }

  get owner(): Owner | undefined {
    return this.owners.findLast((owner) => owner.alive);
  }

  get status(): ReturnType<typeof deliveryStatus> {
    const { owner } = this;
    if (owner === undefined) throw new Error('nobody delivers');
    return deliveryStatus(owner.state);
  }

  /** Somebody claims the next term, reads the log and begins. The owner before may not know. */
  start(name = `owner-${this.owners.length + 1}`): Owner {
    const { nowMs } = this;
    const term = termOf(this.ledger) + 1;
    const claim: AlertOwner = { v: 1, kind: 'owner', partition: 0, term, owner: name, atMs: nowMs };
    enter(this.ledger, claim);
    const state = createDelivery(this.#options.receiver);
    const owner: Owner = { name, term, state, alive: true, ended: [] };
    this.owners.push(owner);
    for (const notice of ofKind(this.ledger, 'notice'))
      this.step(owner, { kind: 'notice', notice });
    for (const sent of ofKind(this.ledger, 'sent')) this.step(owner, { kind: 'sent', sent });
    this.step(owner, { kind: 'ready' });
    return owner;
  }

  /** What is under way lands or not, and nobody hears of it. */
  crash(owner: Owner | undefined = this.owner): void {
    if (owner !== undefined) owner.alive = false;
  }

  /** Written and read back. */
  publish(notice: Notice): void {
    if (enter(this.ledger, notice) !== 'kept') return;
    for (const owner of this.owners) this.step(owner, { kind: 'notice', notice });
  }

  /** Read back once more, as a log may be. */
  repeatLog(): void {
    const { owner } = this;
    if (owner === undefined) return;
    for (const notice of ofKind(this.ledger, 'notice'))
      this.step(owner, { kind: 'notice', notice });
    for (const sent of ofKind(this.ledger, 'sent')) this.step(owner, { kind: 'sent', sent });
  }

  reload(receiver: Receiver): void {
    for (const { state } of this.owners) retune(state, receiver);
  }

  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    const tickMs = this.#options.tickMs ?? 100;
    while (this.nowMs < untilMs) {
      const tickAtMs = Math.min(untilMs, (Math.floor(this.nowMs / tickMs) + 1) * tickMs);
      this.#happen(tickAtMs);
      this.nowMs = tickAtMs;
      for (const owner of this.owners) this.step(owner, { kind: 'tick' });
    }
  }

  step(owner: Owner, input: DeliveryInput): void {
    if (!owner.alive) return;
    const rng = this.#options.rng ?? (() => 0.5);
    const effects = stepDelivery(owner.state, input, this.nowMs, rng);
    for (const effect of effects) this.#run(owner, effect);
  }

  #run(owner: Owner, effect: DeliveryEffect): void {
    switch (effect.kind) {
      case 'send':
        return this.#send(owner, effect.notice, effect.attempt);
      case 'attempted':
        this.deliveries.push(effect.delivery);
        return;
      case 'condition':
        this.conditions.push(effect);
        return;
      case 'deadLetter':
        this.deadLetters.push(effect);
        return;
      case 'ended': {
        const sent: Sent = { v: 1, kind: 'sent', term: owner.term, ...effect.sent };
        owner.ended.push(`${sent.dedupKey}/${sent.seq}`);
        const write = () => this.#write(owner, sent);
        this.#later(this.#options.writeMs ?? 0, write);
      }
    }
  }

  #write(owner: Owner, sent: Sent): void {
    if (!owner.alive) return;
    const verdict = enter(this.ledger, sent);
    if (verdict === 'fenced') this.fenced.push(sent);
    else this.sents.push(sent);
    if (verdict === 'kept') this.step(owner, { kind: 'sent', sent });
  }

  #send(owner: Owner, notice: Notice, attempt: number): void {
    const { dedupKey, seq, action, severity } = notice;
    const startedMs = this.nowMs;
    const name = `${owner.name}/${dedupKey}`;
    if (this.#underWay.has(name)) throw new Error(`two attempts at once: ${name}`);
    this.#underWay.add(name);
    this.attempts.push({
      atMs: startedMs,
      dedupKey,
      seq,
      action,
      severity,
      attempt,
      owner: owner.name,
    });
    const given = this.answer(notice, attempt, startedMs);
    const { result, afterMs = 50, status = null, retryAfterMs = null, disable = false } = given;
    const landsAfterMs = given.landsAfterMs ?? (result === 'accepted' ? afterMs : null);
    if (landsAfterMs !== null) {
      this.#later(landsAfterMs, () => land(this.model, notice, this.nowMs));
    }
    const error = result === 'accepted' ? null : (given.error ?? `answered ${status ?? 'nothing'}`);
    const answer = { result, status, error, retryAfterMs, disable, title: `${action} ${dedupKey}` };
    this.#later(afterMs, () => {
      this.#underWay.delete(name);
      this.step(owner, { kind: 'attemptEnded', dedupKey, seq, startedMs, ...answer });
    });
  }

  #later(ms: number, happen: () => void): void {
    const later = { atMs: this.nowMs + ms, happen };
    let at = this.#coming.length;
    while (at > 0 && (this.#coming[at - 1]?.atMs ?? 0) > later.atMs) at -= 1;
    this.#coming.splice(at, 0, later);
  }

  #happen(untilMs: number): void {
    for (;;) {
      const next = this.#coming[0];
      if (next === undefined || next.atMs > untilMs) return;
      this.#coming.shift();
      this.nowMs = next.atMs;
      next.happen();
    }
  }
}
