/**
 * The `alerts` topic as this process reads and writes it: one ledger per partition, kept by
 * following the topic to its end and beyond, and one ordered way in. What is written counts only once
 * it is read back from here, because only then is it known to stand in front of a successor's claim.
 */
import { type Bus, type BusRecord, deadLetter, type Outbox, type Tail } from '@regionpilot/bus';
import {
  type AlertOwner,
  type AlertsTopicRecord,
  alertsKey,
  decodeAlertsRecord,
  encodeRecord,
  envelope,
} from '@regionpilot/protocol';
import { createLedger, enter, forget, type Ledger, type LedgerVerdict, termOf } from '../ledger.ts';
import type { AlertingLog } from '../log.ts';
import { traceparentOfRecord } from '../trace.ts';

export type AlertLogOptions = {
  readonly bus: Bus;
  readonly topic: string;
  /** This process, unique for each start. */
  readonly instance: string;
  readonly outbox: Outbox;
  readonly deadLetters: Outbox;
  readonly log: AlertingLog;
  /** Every record once, in log order. */
  readonly heard: (
    partition: number,
    record: AlertsTopicRecord,
    verdict: LedgerVerdict,
    appendedMs: number,
  ) => void;
};

export class AlertLog {
  readonly #options: AlertLogOptions;
  readonly #ledgers = new Map<number, Ledger>();
  /** Offset after the last record heard, by partition. */
  readonly #followed = new Map<number, number>();
  readonly #closing = new AbortController();
  #awaited: { readonly partition: number; readonly settle: (claim: AlertOwner) => void }[] = [];
  #tail: Tail | null = null;

  constructor(options: AlertLogOptions) {
    this.#options = options;
  }

  /** Resolves once everything that was there has been read. */
  async open(): Promise<void> {
    const { bus, topic } = this.#options;
    const caughtUp = Promise.withResolvers<void>();
    this.#tail = await bus.tail({
      topic,
      handler: { record: (record) => this.#hear(record), caughtUp: caughtUp.resolve },
    });
    await caughtUp.promise;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#awaited = [];
    await this.#tail?.close();
  }

  ledger(partition: number): Ledger {
    const known = this.#ledgers.get(partition);
    if (known !== undefined) return known;
    const ledger = createLedger();
    this.#ledgers.set(partition, ledger);
    return ledger;
  }

  get partitions(): readonly number[] {
    return [...this.#ledgers.keys()];
  }

  /** What is known under the key of `record`. */
  newest(partition: number, record: AlertsTopicRecord): AlertsTopicRecord | null {
    return this.ledger(partition).records.get(alertsKey(record)) ?? null;
  }

  /** The follower may lag after a pause; whoever claims must know the last word. */
  async catchUp(partition: number): Promise<void> {
    const { bus, topic } = this.#options;
    const from = { offset: this.#followed.get(partition) ?? 0 };
    for await (const record of bus.read({ topic, partition, from })) this.#hear(record);
  }

  /**
   * Takes the right to speak for a partition: resolves with the term once our claim was read back.
   * Never resolves when the log is closed before.
   */
  async claim(partition: number, nowMs: () => number): Promise<number> {
    for (;;) {
      const term = termOf(this.ledger(partition)) + 1;
      await this.#readBack(partition, term, nowMs());
      const { owner } = this.ledger(partition);
      if (owner?.term === term && owner.owner === this.#options.instance) return term;
    }
  }

  /** Is `term` still ours? Asked after a pause in which another may have taken over. */
  async renew(partition: number, term: number, nowMs: number): Promise<boolean> {
    await this.#readBack(partition, term, nowMs);
    const { owner } = this.ledger(partition);
    return owner?.term === term && owner.owner === this.#options.instance;
  }

  /** In the given order, to be read back in that order. */
  write(partition: number, records: readonly AlertsTopicRecord[], nowMs: number): void {
    this.#options.outbox.push(
      records.map((record) => ({
        key: alertsKey(record),
        value: encodeRecord(record),
        headers: this.#headers(record.kind, alertsKey(record), nowMs, traceparentOfRecord(record)),
        partition,
      })),
    );
  }

  /** Tombstones: compaction forgets these keys. */
  erase(partition: number, keys: readonly string[], nowMs: number): void {
    this.#options.outbox.push(
      keys.map((key) => ({
        key,
        value: null,
        headers: this.#headers('alert', key, nowMs),
        partition,
      })),
    );
  }

  async #readBack(partition: number, term: number, nowMs: number): Promise<void> {
    const { instance } = this.#options;
    const seen = new Promise<void>((settle) => {
      this.#awaited.push({
        partition,
        settle: (claim) => {
          if (claim.owner === instance && claim.term === term) settle();
        },
      });
    });
    const claim: AlertOwner = {
      v: 1,
      kind: 'owner',
      partition,
      term,
      owner: instance,
      atMs: nowMs,
    };
    this.write(partition, [claim], nowMs);
    await seen;
    this.#awaited = this.#awaited.filter((each) => each.partition !== partition);
  }

  #hear(record: BusRecord): void {
    const { partition, offset, key, value, appendedMs } = record;
    if (offset < (this.#followed.get(partition) ?? 0)) return;
    this.#followed.set(partition, offset + 1);
    const ledger = this.ledger(partition);
    if (value === null) return forget(ledger, key);
    const decoded = decodeAlertsRecord(value);
    if (decoded.kind === 'invalid') return this.#reject(record, decoded);
    const verdict = enter(ledger, decoded.value);
    this.#options.heard(partition, decoded.value, verdict, appendedMs);
    if (decoded.value.kind === 'owner') this.#settle(partition, decoded.value);
  }

  #settle(partition: number, claim: AlertOwner): void {
    for (const each of this.#awaited) if (each.partition === partition) each.settle(claim);
  }

  #headers(kind: AlertsTopicRecord['kind'], key: string, atMs: number, traceparent?: string) {
    const source = `/alerting/${this.#options.instance}`;
    return envelope({ kind, id: `${key}/${atMs}`, source, atMs, traceparent });
  }

  #reject(
    record: BusRecord,
    { rejection, text }: { rejection: Parameters<typeof deadLetter>[1]; text: string },
  ): void {
    const { deadLetters, log } = this.#options;
    deadLetters.push([deadLetter(record, rejection, text)]);
    const { topic, offset } = record;
    log({ event: 'recordRejected', topic, offset, rejection, text });
  }
}
