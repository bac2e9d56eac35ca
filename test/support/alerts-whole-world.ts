// Notifier, log and deliveries of several receivers on one virtual clock: alerts in, what receivers
// hold out. The process can die at every point between deciding, writing, sending and recording; what
// is true of the world goes on meanwhile.

import type { Ack, Alert, AlertsTopicRecord, Notice, Silence } from '@regionpilot/protocol';
import { alertsKey } from '@regionpilot/protocol';
import { ofKind, termOf } from '../../alerts/ledger.ts';
import type { NoticeDraft, NotifyInput } from '../../alerts/notify/input.ts';
import {
  begin,
  createNotifier,
  type NotifierState,
  type NotifyConfig,
  type Prepared,
  prepare,
  remember,
  stepNotify,
} from '../../alerts/notify/notifier.ts';
import { DeliveryWorld } from './alerts-delivery-world.ts';
import type { Answer } from './alerts-model-receiver.ts';

export type WholeWorldOptions = {
  readonly config: NotifyConfig;
  readonly answer: (notice: Notice) => Answer;
  readonly writeMs: number;
};

/** Where the process dies: with what it wants to say unwritten, or written and not read back. */
export type DeathPoint = 'beforeWriting' | 'afterWriting' | 'atRest';

export class WholeWorld {
  /** One log per receiver; they are one partition in real life, and die together here as well. */
  readonly receivers: ReadonlyMap<string, DeliveryWorld>;
  readonly alerts: Map<string, Alert> = new Map();
  readonly #prepared: Prepared;
  readonly #words = new Map<string, AlertsTopicRecord>();
  #notifier: NotifierState = createNotifier();
  nowMs: number;

  constructor({ config, answer, writeMs }: WholeWorldOptions) {
    this.#prepared = prepare(config);
    this.receivers = new Map(
      config.receivers.map((receiver) => [
        receiver.name,
        new DeliveryWorld({ receiver, answer, writeMs, tickMs: 250 }),
      ]),
    );
    this.nowMs = this.#worlds()[0]?.nowMs ?? 0;
    this.start();
  }

  /** Reads the log, then what is true by now: facts are never lost. */
  start(): void {
    const notifier = createNotifier();
    for (const record of this.#words.values()) remember(notifier, record);
    for (const world of this.#worlds()) {
      world.start();
      for (const notice of ofKind(world.ledger, 'notice')) remember(notifier, notice);
    }
    begin(notifier, this.nowMs, this.#prepared);
    this.#notifier = notifier;
    for (const alert of this.alerts.values()) {
      this.#hear({ kind: 'alert', alert, causeMs: alert.updatedMs });
    }
  }

  die(point: DeathPoint, goneMs: number): void {
    const drafts = this.#decide({ kind: 'tick' });
    if (point === 'atRest') this.#publish(drafts);
    for (const world of this.#worlds()) world.crash();
    if (point === 'afterWriting') this.#publish(drafts);
    this.#pass(goneMs);
    this.start();
  }

  alert(alert: Alert): void {
    this.alerts.set(alert.fingerprint, alert);
    this.#hear({ kind: 'alert', alert, causeMs: this.nowMs });
    this.#words.set(`alert/${alert.fingerprint}`, { v: 1, kind: 'alert', term: 1, alert });
  }

  word(word: Silence | Ack): void {
    this.#words.set(alertsKey(word), word);
    this.#hear(
      word.kind === 'ack' ? { kind: 'ack', ack: word } : { kind: 'silence', silence: word },
    );
  }

  advance(ms: number): void {
    const untilMs = this.nowMs + ms;
    while (this.nowMs < untilMs) {
      this.#pass(Math.min(250, untilMs - this.nowMs));
      this.#hear({ kind: 'tick' });
    }
  }

  /** Dedup keys that were ever spoken of. */
  keys(): readonly string[] {
    const all = this.#worlds().flatMap(({ ledger }) => [...ofKind(ledger, 'notice')]);
    return [...new Set(all.map(({ dedupKey }) => dedupKey))];
  }

  #hear(input: NotifyInput): void {
    this.#publish(this.#decide(input));
  }

  #decide(input: NotifyInput): readonly NoticeDraft[] {
    return stepNotify(this.#notifier, input, this.#prepared, this.nowMs);
  }

  #publish(drafts: readonly NoticeDraft[]): void {
    for (const draft of drafts) {
      const world = this.receivers.get(draft.receiver);
      if (world === undefined) continue;
      const notice: Notice = { v: 1, kind: 'notice', term: termOf(world.ledger), ...draft };
      world.publish(notice);
      if (world.owner !== undefined) remember(this.#notifier, notice);
    }
  }

  #pass(ms: number): void {
    for (const world of this.#worlds()) world.advance(ms);
    this.nowMs += ms;
  }

  #worlds(): readonly DeliveryWorld[] {
    return [...this.receivers.values()];
  }
}
