/**
 * The events side: one folder per assigned partition. Reads batches, folds them, publishes partials
 * and saves snapshots. No judgement is made here.
 */
import {
  type Bus,
  type BusRecord,
  type Consumption,
  deadLetter,
  newestValues,
  type Outbox,
  type OutgoingRecord,
  type StartOffset,
  type TopicPartition,
} from '@regionpilot/bus';
import {
  decodeBatch,
  encodeRecord,
  envelope,
  type Partial,
  type PartitionReading,
  partitionOf,
  type RegionReading,
  type Roster,
  topicFullName,
} from '@regionpilot/protocol';
import type { AggregatorConfig } from '../config.ts';
import {
  createFolder,
  type Folder,
  foldBatch,
  foldRejected,
  foldTick,
  restoreFolder,
  snapshotFolder,
} from '../fold/folder.ts';
import { createRosterBook, foldRosters, type RosterBook } from '../fold/roster.ts';
import { widestSkewMs } from '../fold/skew.ts';
import { isWarm } from '../fold/warm.ts';
import type { AggregatorLog } from '../log.ts';
import { RegionTotals } from '../region-totals.ts';
import { folderKey, folderRecord } from './snapshots.ts';

export type FoldingOptions = {
  readonly bus: Bus;
  readonly config: AggregatorConfig;
  readonly instance: string;
  readonly partialPartitions: number;
  readonly partials: Outbox;
  readonly rosters: Outbox;
  readonly state: Outbox;
  readonly deadLetters: Outbox;
  readonly log: AggregatorLog;
};

type Assigned = {
  readonly folder: Folder;
  readonly rosterBook: RosterBook;
  nextOffset: number;
  savedOffset: number;
  lagRecords: number;
  snapshotBytes: number | null;
  readonly restoreMs: number;
};

export class Folding {
  readonly #options: FoldingOptions;
  readonly #topic: string;
  readonly #stateTopic: string;
  readonly #assigned = new Map<number, Assigned>();
  readonly #totals = new RegionTotals();

  constructor(options: FoldingOptions) {
    this.#options = options;
    this.#topic = topicFullName(options.config.topicPrefix, 'events');
    this.#stateTopic = topicFullName(options.config.topicPrefix, 'state');
  }

  get partitions(): readonly number[] {
    return [...this.#assigned.keys()].sort((a, b) => a - b);
  }

  get coldPartitions(): readonly number[] {
    return this.partitions.filter((partition) => {
      const folder = this.#assigned.get(partition)?.folder;
      return folder?.clock.hasRecords === true && !isWarm(folder);
    });
  }

  async assign({ partition }: TopicPartition): Promise<StartOffset> {
    const began = performance.now();
    const restored = await this.#restore(partition);
    const folder = restored?.folder ?? this.#fresh(partition);
    this.#totals.adopt(folder);
    const from = restored?.offset ?? (await this.#windowAgo(partition));
    this.#assigned.set(partition, {
      folder,
      rosterBook: createRosterBook(),
      nextOffset: from,
      savedOffset: from,
      lagRecords: 0,
      snapshotBytes: restored?.bytes ?? null,
      restoreMs: performance.now() - began,
    });
    const { log } = this.#options;
    log({
      event: 'partitionAssigned',
      topic: this.#topic,
      partition,
      from: restored ? 'snapshot' : 'log',
    });
    return from;
  }

  /** Read when asked, never per event. */
  metrics(): {
    readonly partitions: readonly PartitionReading[];
    readonly regions: readonly RegionReading[];
    readonly regionsLeftOut: number;
  } {
    this.#totals.look([...this.#assigned.values()].map(({ folder }) => folder));
    const partitions = [...this.#assigned.values()].map(({ folder, lagRecords, ...size }) => {
      const { accounts, clock, clientSlots, partition } = folder;
      return {
        partition,
        accounts: { ...accounts, lagRecords },
        rowsRefused: folder.rowsRejected,
        watermarkMs: clock.hasRecords ? clock.watermarkMs : null,
        lastEventMs: clock.hasRecords ? clock.lastAppendedMs : null,
        warm: isWarm(folder),
        clients: clientSlots.size,
        skewMs: widestSkewMs(folder),
        snapshotBytes: size.snapshotBytes,
        restoreMs: size.restoreMs,
      };
    });
    const { leftOut: regionsLeftOut } = this.#totals;
    return { partitions, regions: this.#totals.read(), regionsLeftOut };
  }

  revoke({ partition }: TopicPartition): void {
    const leaving = this.#assigned.get(partition);
    if (leaving !== undefined) this.#totals.add(leaving.folder);
    this.#assigned.delete(partition);
    this.#options.log({ event: 'partitionRevoked', topic: this.#topic, partition });
  }

  records(records: readonly BusRecord[], nowMs: number): void {
    for (const record of records) this.#fold(record, nowMs);
    this.#tickOne(records[0]?.partition ?? -1, nowMs);
  }

  /** Time passes, with or without records: silence is a signal. */
  tick(nowMs: number): void {
    for (const partition of this.#assigned.keys()) this.#tickOne(partition, nowMs);
  }

  /** Saves each folder that moved, then lets the group remember the offset it covers. */
  async snapshot(consumption: Consumption, nowMs: number): Promise<void> {
    const { state, instance } = this.#options;
    for (const [partition, assigned] of this.#assigned) {
      if (assigned.nextOffset === assigned.savedOffset) continue;
      const offset = assigned.nextOffset;
      const bytes = snapshotFolder(assigned.folder);
      state.push([folderRecord(partition, bytes, instance, nowMs)]);
      assigned.snapshotBytes = bytes.byteLength;
      assigned.savedOffset = offset;
      await consumption.commit({ topic: this.#topic, partition }, offset);
    }
  }

  async measureLag(): Promise<void> {
    for (const { partition, end } of await this.#options.bus.ends(this.#topic)) {
      const assigned = this.#assigned.get(partition);
      if (assigned !== undefined) assigned.lagRecords = Math.max(0, end - assigned.nextOffset);
    }
  }

  #fold(record: BusRecord, nowMs: number): void {
    const assigned = this.#assigned.get(record.partition);
    if (assigned === undefined || record.offset < assigned.nextOffset) return;
    assigned.nextOffset = record.offset + 1;
    const decoded = decodeBatch(record.value ?? new Uint8Array());
    if (decoded.kind === 'ok') {
      foldBatch(assigned.folder, decoded.value, record, nowMs);
      return;
    }
    const { log, deadLetters } = this.#options;
    const { topic, partition, offset } = record;
    const { rejection, text } = decoded;
    foldRejected(assigned.folder, { offset }, nowMs);
    deadLetters.push([deadLetter(record, rejection, text)]);
    log({ event: 'recordRejected', topic, partition, offset, rejection, text });
  }

  #tickOne(partition: number, nowMs: number): void {
    const assigned = this.#assigned.get(partition);
    if (assigned === undefined) return;
    const partials = foldTick(assigned.folder, nowMs, assigned.lagRecords);
    this.#options.partials.push(partials.map((partial) => this.#partialRecord(partial)));
    const rosters = foldRosters(assigned.folder, assigned.rosterBook, nowMs);
    this.#options.rosters.push(rosters.map((roster) => this.#rosterRecord(roster)));
  }

  #partialRecord(partial: Partial) {
    const { instance, partialPartitions } = this.#options;
    const { group, partition, seq, atMs } = partial;
    const id = `${instance}/${partition}/${group}/${seq}`;
    return {
      key: group,
      value: encodeRecord(partial),
      headers: envelope({ kind: 'partial', id, source: `/aggregators/${instance}`, atMs }),
      partition: partitionOf(group, partialPartitions),
    };
  }

  #rosterRecord(roster: Roster): OutgoingRecord {
    const { instance, partialPartitions } = this.#options;
    const { group, partition, atMs } = roster;
    const id = `${instance}/${partition}/${group}/${atMs}`;
    return {
      key: group,
      value: encodeRecord(roster),
      headers: envelope({ kind: 'roster', id, source: `/aggregators/${instance}`, atMs }),
      partition: partitionOf(group, partialPartitions),
    };
  }

  async #restore(
    partition: number,
  ): Promise<{ folder: Folder; offset: number; bytes: number } | null> {
    const { bus, instance, config, log } = this.#options;
    const key = folderKey(partition);
    const bytes = (await newestValues(bus, this.#stateTopic, (each) => each === key)).get(key);
    if (bytes === undefined) return null;
    const restored = restoreFolder(bytes, { partition, owner: instance, policy: config.policy });
    if (restored.kind === 'invalid') {
      log({ event: 'snapshotInvalid', key, reason: restored.text });
      return null;
    }
    return { folder: restored.folder, offset: restored.offset, bytes: bytes.byteLength };
  }

  #fresh(partition: number): Folder {
    const { instance, config } = this.#options;
    return createFolder({ partition, owner: instance, policy: config.policy });
  }

  /** Without a snapshot, one window of history is enough to know the present. */
  async #windowAgo(partition: number): Promise<number> {
    const { bus, config } = this.#options;
    const appendedMs = Date.now() - config.policy.longWindowMs - config.policy.clientSilentMs;
    for await (const record of bus.read({ topic: this.#topic, partition, from: { appendedMs } })) {
      return record.offset;
    }
    const ends = await bus.ends(this.#topic);
    return ends.find((each) => each.partition === partition)?.end ?? 0;
  }
}
