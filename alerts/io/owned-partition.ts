/**
 * One partition that is ours: its brain, its deliveries, and the way between them, which leads through
 * the log. What the brain says is written; what is read back is delivered; how it ended is written.
 */
import { type BusRecord, deadLetter, type Outbox } from '@regionpilot/bus';
import {
  type AlertsTopicRecord,
  type Counts,
  type Delivery,
  decodeIncident,
  encodeRecord,
  envelope,
  type Notice,
  noticeKey,
} from '@regionpilot/protocol';
import {
  type Brain,
  beginBrain,
  hearFact,
  hearWord,
  openBrain,
  reloadBrain,
  rememberWord,
  type Said,
  saveBrain,
  suppressedBy,
} from '../brain.ts';
import type { AlertingConfig } from '../config.ts';
import { eventsOf } from '../delivery-events.ts';
import type { DeliveryTally } from '../delivery-tally.ts';
import type { Fact } from '../fact.ts';
import { deploymentIn } from '../fingerprint.ts';
import { expired, type Ledger } from '../ledger.ts';
import type { AlertingLog } from '../log.ts';
import type { Receiver } from '../receiver.ts';
import type { Deliver } from '../receivers/port.ts';
import { incidentOf, type ObserveAlerting, traceparentOfAttempt } from '../trace.ts';
import type { AlertLog } from './alert-log.ts';
import { Delivering } from './delivering.ts';
import { type Snapshot, snapshotRecord } from './snapshots.ts';

/** Stories that ended this long ago are forgotten. */
const keptMs = 30 * 86_400_000;

export type OwnedPartitionOptions = {
  readonly partition: number;
  readonly term: number;
  /** Of how many: receivers' limits are shared out among the partitions. */
  readonly partitions: number;
  readonly instance: string;
  readonly config: AlertingConfig;
  readonly snapshot: Snapshot | null;
  /** Offset of `incidents` before which everything is past. */
  readonly pastEnds: number;
  readonly ledger: Ledger;
  readonly alertLog: AlertLog;
  readonly deliveries: Outbox;
  readonly state: Outbox;
  readonly deadLetters: Outbox;
  readonly deliver: (receiver: string) => Deliver | null;
  readonly log: AlertingLog;
  readonly tally: DeliveryTally;
  readonly observe: ObserveAlerting | undefined;
};

export class OwnedPartition {
  readonly #options: OwnedPartitionOptions;
  readonly #brain: Brain;
  readonly #delivering: Delivering;
  #offset: number;
  #savedOffset: number;
  #probes = 0;
  #stopped = false;

  constructor(options: OwnedPartitionOptions) {
    this.#options = options;
    const { config, snapshot, ledger } = options;
    this.#brain = openBrain(this.#own(config), snapshot?.rules ?? null, ledger.records.values());
    this.#offset = snapshot?.offset ?? 0;
    this.#savedOffset = this.#offset;
    this.#delivering = new Delivering({
      receivers: this.#shareOf(config.receivers),
      deliver: options.deliver,
      ended: (sent) => {
        options.tally.ended(sent);
        this.#write([{ v: 1, kind: 'sent', term: options.term, ...sent }]);
      },
      attempted: (delivery) => this.#attempted(delivery),
      condition: (receiver, { kind: _, ...condition }) =>
        this.hear({ kind: 'receiver', receiver, ...condition, atMs: Date.now() }),
      deadLettered: (notice, reason) => this.#deadLettered(notice, reason),
    });
    if (this.#offset >= options.pastEnds) this.begin();
  }

  get term(): number {
    return this.#options.term;
  }

  get isReading(): boolean {
    return this.#brain.missed !== null;
  }

  /** The past is read. Safe to call twice. */
  begin(): void {
    if (!this.isReading) return;
    this.#say(beginBrain(this.#brain, Date.now()));
    this.#delivering.begin(this.#options.ledger.records.values());
  }

  incident(record: BusRecord): void {
    if (this.#stopped) return;
    this.#offset = record.offset + 1;
    const decoded = decodeIncident(record.value ?? new Uint8Array());
    if (decoded.kind === 'ok') {
      this.hear({ kind: 'incident', record: decoded.value, atMs: record.appendedMs });
    } else {
      const { rejection, text } = decoded;
      this.#options.deadLetters.push([deadLetter(record, rejection, text)]);
      const { topic, offset } = record;
      this.#options.log({ event: 'recordRejected', topic, offset, rejection, text });
    }
    if (this.#offset >= this.#options.pastEnds) this.begin();
  }

  hear(fact: Fact): void {
    if (!this.#stopped) this.#say(hearFact(this.#brain, fact));
  }

  /** A record of ours or of an operator, read back from the log. */
  readBack(record: AlertsTopicRecord, appendedMs: number): void {
    if (this.#stopped) return;
    if (this.isReading) return rememberWord(this.#brain, record);
    switch (record.kind) {
      case 'notice':
      case 'sent':
        return this.#delivering.hear(record);
      case 'silence':
      case 'ack':
        return this.#tell(hearWord(this.#brain, record, appendedMs));
      case 'probe': {
        const probe = { kind: 'probe' as const, id: record.id, causeMs: record.atMs };
        return this.#tell(hearWord(this.#brain, probe, appendedMs));
      }
      case 'alert':
      case 'owner':
        return;
    }
  }

  /** An older word of ours came after a newer one: the newer must be the last of its key. */
  repeat(record: AlertsTopicRecord): void {
    if (!this.#stopped) this.#write([record]);
  }

  tick(nowMs: number): void {
    if (this.#stopped || this.isReading) return;
    this.hear({ kind: 'tick', atMs: nowMs });
    this.#delivering.tick();
  }

  /** A synthetic alert sets out. */
  probe(nowMs: number): void {
    if (this.#stopped || this.isReading) return;
    const id = `p${this.#options.partition}-${this.#options.term}-${++this.#probes % 8}`;
    this.#write([{ v: 1, kind: 'probe', id, atMs: nowMs }]);
  }

  /** Our right is in doubt: nothing leaves until `resume`. */
  suspend(): void {
    this.#delivering.suspend();
  }

  resume(): void {
    this.#delivering.resume();
  }

  reload(config: AlertingConfig): void {
    this.#say(reloadBrain(this.#brain, this.#own(config), Date.now()));
    const { ledger } = this.#options;
    this.#delivering.reload(this.#shareOf(config.receivers), ledger.records.values());
  }

  /** Saves when there is something to save, or when it was long ago (`anyway`). */
  save(nowMs: number, anyway: boolean): void {
    if (this.#stopped || this.isReading) return;
    if (!anyway && this.#offset === this.#savedOffset) return;
    this.#savedOffset = this.#offset;
    const { partition, instance, state } = this.#options;
    const snapshot = { offset: this.#offset, rules: saveBrain(this.#brain) };
    state.push([snapshotRecord(partition, snapshot, instance, nowMs)]);
  }

  tidy(nowMs: number): void {
    const { alertLog, ledger, partition } = this.#options;
    if (!this.#stopped) alertLog.erase(partition, expired(ledger, nowMs, keptMs), nowMs);
  }

  suppressed(): Counts {
    return suppressedBy(this.#brain);
  }

  status(): ReturnType<Delivering['status']> {
    return this.#delivering.status();
  }

  /** Begins nothing more, and lets what is under way end. */
  drain(withinMs: number): Promise<void> {
    return this.#delivering.drain(withinMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#delivering.stop();
  }

  #say({ alerts, drafts }: Said): void {
    const { log, term } = this.#options;
    for (const changed of alerts) {
      const { fingerprint, labels, state, severity, summary, why } = changed;
      const alert = `${labels['alertname'] ?? ''} ${fingerprint}`;
      const incident = incidentOf({ alerts: [changed] });
      log({ event: 'alertChanged', alert, state, severity, summary, why, incident });
    }
    this.#write(alerts.map((alert) => ({ v: 1, kind: 'alert', term, alert })));
    this.#tell(drafts);
  }

  #tell(drafts: Said['drafts']): void {
    const { log, term, tally } = this.#options;
    for (const draft of drafts) {
      const { receiver, dedupKey, seq, action, reason } = draft;
      tally.decided(receiver, reason);
      const incident = incidentOf(draft);
      log({ event: 'noticeDecided', receiver, dedupKey, seq, action, reason, incident });
    }
    this.#write(drafts.map((draft) => ({ v: 1, kind: 'notice', term, ...draft })));
  }

  #write(records: readonly AlertsTopicRecord[]): void {
    const { alertLog, partition } = this.#options;
    if (records.length > 0) alertLog.write(partition, records, Date.now());
  }

  #attempted(delivery: Delivery): void {
    const { deliveries, instance, partition, log, tally, ledger, observe } = this.#options;
    tally.attempted(delivery);
    const { receiver, dedupKey, seq, attempt, startedMs } = delivery;
    const notice = ledger.records.get(noticeKey(delivery));
    const incident = notice?.kind === 'notice' ? incidentOf(notice) : null;
    const headers = envelope({
      kind: 'delivery',
      id: `${receiver}/${dedupKey}/${seq}/${attempt}/${startedMs}`,
      source: `/alerting/${instance}`,
      atMs: startedMs,
      traceparent: traceparentOfAttempt(incident, delivery),
    });
    deliveries.push([{ key: receiver, value: encodeRecord(delivery), headers, partition }]);
    observe?.({ kind: 'attempt', delivery, incident });
    for (const event of eventsOf(delivery, incident)) log(event);
  }

  #deadLettered(notice: Notice, reason: string): void {
    const { deadLetters, instance } = this.#options;
    const { receiver, dedupKey, seq, atMs } = notice;
    const id = `${receiver}/${dedupKey}/${seq}`;
    const headers = envelope({ kind: 'notice', id, source: `/alerting/${instance}`, atMs });
    const value = encodeRecord(notice);
    deadLetters.push([
      { key: receiver, value, headers: { ...headers, rp_reason: reason.slice(0, 500) } },
    ]);
  }

  /** With dedup keys of this partition's own. */
  #own(config: AlertingConfig): AlertingConfig {
    return { ...config, deployment: deploymentIn(config.deployment, this.#options.partition) };
  }

  #shareOf(receivers: readonly Receiver[]): readonly Receiver[] {
    const { partitions } = this.#options;
    if (partitions === 1) return receivers;
    return receivers.map((receiver) => ({
      ...receiver,
      ratePerMinute:
        receiver.ratePerMinute === 0
          ? 0
          : Math.max(1, Math.floor(receiver.ratePerMinute / partitions)),
    }));
  }
}
