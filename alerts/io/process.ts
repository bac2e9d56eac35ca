/**
 * One alerting process: shares the partitions of `incidents` with others of its consumer group, and
 * for each that is its own claims the right to speak, reads the past, and goes on from there. It
 * composes; the parts beside it do.
 */
import { randomBytes } from 'node:crypto';
import type { Consumption, StartOffset } from '@regionpilot/bus';
import {
  type Ack,
  type AlertingReading,
  PipelineError,
  partitionOf,
  type TopicName,
  topicFullName,
} from '@regionpilot/protocol';
import type { AlertingOptions, AlertingStatus } from '../alerting.ts';
import type { AlertingConfig } from '../config.ts';
import { DeliveryTally } from '../delivery-tally.ts';
import type { Fact } from '../fact.ts';
import { ofKind } from '../ledger.ts';
import type { AlertingLog } from '../log.ts';
import { alertingReading, firingIn, type OwnReading } from '../metrics.ts';
import type { Secrets } from '../receiver.ts';
import { AlertLog } from './alert-log.ts';
import { type Boxes, ofBoxes, openBoxes } from './boxes.ts';
import { FactFeed } from './fact-feed.ts';
import { OwnedPartition } from './owned-partition.ts';
import { Pace } from './pace.ts';
import { openReceivers, type Receivers } from './receivers/open.ts';
import { readSnapshot } from './snapshots.ts';

const tickMs = 100;
const saveMs = 3_000;
const saveAnywayMs = 30_000;
const tidyMs = 3_600_000;
/** PagerDuty waits 5 s for the answer to its webhook. */
const ackWithinMs = 4_000;
/** What is under way at a clean end may finish, so that nobody has to repeat it. */
const drainMs = 2_000;
/** After standing still for this long another may have taken our place. */
const stallMs = 3_000;

export class AlertingProcess {
  readonly #options: AlertingOptions;
  readonly #instance: string;
  readonly #log: AlertingLog;
  readonly #owned = new Map<number, OwnedPartition>();
  readonly #alertLog: AlertLog;
  readonly #feed: FactFeed;
  readonly #boxes: Boxes;
  #config: AlertingConfig;
  #receivers: Receivers;
  #partitions = 1;
  #consumption: Consumption | null = null;
  #timers: readonly NodeJS.Timeout[] = [];
  #configProblem: string | null = null;
  #probeLatencyMs: number | null = null;
  readonly #tally = new DeliveryTally();
  #probedMs = 0;
  readonly #looking = new Pace(tickMs, 0.2);
  readonly #saving = new Pace(saveMs, 0.02);
  readonly #savingAnyway = new Pace(saveAnywayMs, 0.02);
  #lastTick = performance.now();
  #closed = false;

  constructor(options: AlertingOptions) {
    const { bus, bulkBus = bus, log = () => undefined } = options;
    this.#options = options;
    this.#config = options.config;
    this.#instance = `${options.instance}-${randomBytes(3).toString('hex')}`;
    this.#log = (event) => {
      if (event.event === 'probeMeasured') this.#probeLatencyMs = event.latencyMs;
      this.#tally.heard(event, options.topicPrefix);
      log(event);
    };
    this.#receivers = this.#openReceivers(options.config, options.secrets);
    this.#boxes = openBoxes(
      bus,
      bulkBus,
      (name) => this.#topic(name),
      (topic, attempts, reason) => this.#log({ event: 'publishFailed', topic, attempts, reason }),
    );
    this.#alertLog = new AlertLog({
      bus,
      topic: this.#topic('alerts'),
      instance: this.#instance,
      outbox: this.#boxes.alerts,
      deadLetters: this.#boxes.deadLetters,
      log: this.#log,
      heard: (...heard) => this.#onRecord(...heard),
    });
    const topic = (name: TopicName): string => this.#topic(name);
    this.#feed = new FactFeed({ bus, topic, heard: (group, fact) => this.#onFact(group, fact) });
  }

  async open(): Promise<void> {
    const { bus, consumerGroup = 'regionpilot-alerts' } = this.#options;
    this.#partitions = (await bus.ends(this.#topic('incidents'))).length;
    await this.#alertLog.open();
    await this.#feed.open();
    this.#consumption = await bus.consume({
      topics: [this.#topic('incidents')],
      group: consumerGroup,
      handler: {
        assigned: ({ partition }) => this.#assign(partition),
        revoked: ({ partition }) => this.#release(partition, 'the group gave it to another'),
        records: (records) => {
          for (const record of records) this.#owned.get(record.partition)?.incident(record);
        },
      },
    });
    this.#timers = [
      setInterval(() => this.#tick(), tickMs),
      setInterval(() => this.#each((owned) => owned.tidy(Date.now())), tidyMs),
    ];
    this.#log({ event: 'started', instance: this.#instance });
  }

  status(): AlertingStatus {
    const owned = [...this.#owned];
    return {
      instance: this.#instance,
      partitions: Object.fromEntries(
        owned.map(([partition, each]) => [partition, each.isReading ? null : each.term]),
      ),
      receivers: Object.fromEntries(owned.map(([partition, each]) => [partition, each.status()])),
      firing: this.#firing().reduce((sum, { alerts }) => sum + alerts, 0),
      configProblem: this.#configProblem,
      probeLatencyMs: this.#probeLatencyMs,
      waiting: ofBoxes(this.#boxes, ({ waiting }) => waiting),
    };
  }

  metrics(): OwnReading {
    const look = { status: this.status(), firing: this.#firing(), counts: this.#tally.read() };
    const held = [...this.#owned.values()].map((owned) => owned.suppressed());
    const dropped = ofBoxes(this.#boxes, (box) => box.dropped);
    return alertingReading({ nowMs: Date.now(), ...look, held, dropped, config: this.#config });
  }

  reload(config: AlertingConfig, secrets: Secrets): void {
    const former = this.#receivers;
    this.#receivers = this.#openReceivers(config, secrets);
    this.#config = config;
    this.#each((owned) => owned.reload(config));
    this.#noteConfig(null);
    void former.close();
  }

  refuse(problem: string): void {
    this.#noteConfig(problem);
  }

  async ack(ack: Ack): Promise<void> {
    const holding = this.#alertLog.partitions.filter((partition) =>
      [...ofKind(this.#alertLog.ledger(partition), 'notice')].some(
        ({ dedupKey }) => dedupKey === ack.dedupKey,
      ),
    );
    for (const partition of holding) this.#alertLog.write(partition, [ack], Date.now());
    if (await this.#boxes.alerts.flush(ackWithinMs)) return;
    throw new PipelineError('BUS_SEND_FAILED', 'The acknowledgement is not in the log yet', {
      dedupKey: ack.dedupKey,
      retriable: true,
    });
  }

  async close(gracefully: boolean): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    if (gracefully) {
      this.#save(true);
      await Promise.all([...this.#owned.values()].map((owned) => owned.drain(drainMs)));
    }
    this.#each((owned) => owned.stop());
    if (gracefully) await this.#consumption?.close();
    else void this.#consumption?.close().catch(() => undefined);
    await Promise.all(Object.values(this.#boxes).map((box) => box.close(gracefully ? 1_000 : 0)));
    await Promise.all([this.#alertLog.close(), this.#feed.close(), this.#receivers.close()]);
    this.#log({ event: 'stopped', instance: this.#instance });
  }

  async #assign(partition: number): Promise<StartOffset> {
    const { bus } = this.#options;
    this.#owned.get(partition)?.stop();
    this.#owned.delete(partition);
    await this.#alertLog.catchUp(partition);
    const term = await this.#alertLog.claim(partition, Date.now);
    this.#log({ event: 'partitionClaimed', partition, term });
    const snapshot = await readSnapshot(bus, this.#topic('state'), partition);
    const ends = await bus.ends(this.#topic('incidents'));
    const { start = 0, end = 0 } = ends.find((each) => each.partition === partition) ?? {};
    const owned = new OwnedPartition({
      partition,
      term,
      partitions: this.#partitions,
      instance: this.#instance,
      config: this.#config,
      snapshot,
      pastEnds: start === end ? 0 : end,
      ledger: this.#alertLog.ledger(partition),
      alertLog: this.#alertLog,
      deliveries: this.#boxes.deliveries,
      state: this.#boxes.state,
      deadLetters: this.#boxes.deadLetters,
      deliver: (receiver) => this.#receivers.deliver(receiver),
      log: this.#log,
      tally: this.#tally,
      observe: this.#options.observe,
    });
    this.#owned.set(partition, owned);
    for (const { group, fact } of this.#feed.standing) this.#pass(partition, owned, group, fact);
    return snapshot?.offset ?? 'start';
  }

  #release(partition: number, why: string): void {
    const owned = this.#owned.get(partition);
    if (owned === undefined) return;
    owned.stop();
    this.#owned.delete(partition);
    this.#log({ event: 'partitionLost', partition, why });
  }

  #onRecord(...[partition, record, verdict, appendedMs]: Heard): void {
    const owned = this.#owned.get(partition);
    if (owned === undefined) return;
    if (record.kind === 'owner') {
      if (verdict === 'kept' && record.term > owned.term) {
        this.#release(partition, `${record.owner} holds term ${record.term}`);
      }
      return;
    }
    if (verdict === 'kept') owned.readBack(record, appendedMs);
    if (verdict === 'stale') {
      const newest = this.#alertLog.newest(partition, record);
      if (newest !== null) owned.repeat(newest);
    }
  }

  #onFact(group: string | null, fact: Fact): void {
    for (const [partition, owned] of this.#owned) this.#pass(partition, owned, group, fact);
  }

  #pass(partition: number, owned: OwnedPartition, group: string | null, fact: Fact): void {
    if (group === null || partitionOf(group, this.#partitions) === partition) owned.hear(fact);
  }

  #tick(): void {
    const now = performance.now();
    const stalledMs = now - this.#lastTick;
    this.#lastTick = now;
    if (stalledMs >= stallMs) this.#each((owned, partition) => void this.#doubt(owned, partition));
    const nowMs = Date.now();
    const { probe } = this.#config;
    if (probe !== null && nowMs - this.#probedMs >= probe.everyMs) {
      this.#probedMs = nowMs;
      this.#each((owned) => owned.probe(nowMs));
    }
    this.#looking.run(() => this.#each((owned) => owned.tick(nowMs)));
    this.#saving.run(() => this.#save(false));
    this.#savingAnyway.run(() => this.#save(true));
  }

  /** We stood still. Nothing leaves until the log has said that nobody took over meanwhile. */
  async #doubt(owned: OwnedPartition, partition: number): Promise<void> {
    owned.suspend();
    if (await this.#alertLog.renew(partition, owned.term, Date.now())) owned.resume();
    else this.#release(partition, 'another took over while we stood still');
  }

  #save(anyway: boolean): void {
    this.#each((owned) => owned.save(Date.now(), anyway));
  }

  #openReceivers({ receivers }: AlertingConfig, secrets: Secrets): Receivers {
    return openReceivers(receivers, secrets, {
      onWarning: (receiver, warning) => this.#log({ event: 'receiverWarned', receiver, warning }),
    });
  }

  #noteConfig(problem: string | null): void {
    this.#configProblem = problem;
    this.#each((owned) => owned.hear({ kind: 'config', problem, atMs: Date.now() }));
  }

  #firing(): AlertingReading['firing'] {
    return firingIn([...this.#owned.keys()].map((each) => this.#alertLog.ledger(each)));
  }

  #each(run: (owned: OwnedPartition, partition: number) => void): void {
    for (const [partition, owned] of this.#owned) run(owned, partition);
  }

  #topic(name: TopicName): string {
    return topicFullName(this.#options.topicPrefix, name);
  }
}

type Heard = Parameters<ConstructorParameters<typeof AlertLog>[0]['heard']>;
