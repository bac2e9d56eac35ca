// The events side of an aggregator: `aggregator/io/folding.ts` under the virtual clock, over the
// production folder.

import { decodeBatch, encodeRecord, partitionOf } from '@regionpilot/protocol';
import {
  createFolder,
  type Folder,
  foldBatch,
  foldTick,
  restoreFolder,
  snapshotFolder,
} from '../../../aggregator/fold/folder.ts';
import { folderKey } from '../../../aggregator/io/snapshots.ts';
import type { Policy } from '../../../aggregator/policy.ts';
import type { Host } from './host.ts';
import { decodeOnce, type LogRecord, Reader, type SimLog } from './log.ts';
import type { SimOutbox } from './outbox.ts';

export type SimFoldingOptions = {
  readonly host: Host;
  readonly log: SimLog;
  readonly instance: string;
  readonly policy: Policy;
  readonly partialPartitions: number;
  readonly partials: SimOutbox;
  readonly state: SimOutbox;
  readonly useSnapshots: boolean;
};

type Assigned = {
  readonly folder: Folder;
  readonly reader: Reader;
  nextOffset: number;
  savedOffset: number;
  lagRecords: number;
};

export class SimFolding {
  readonly #options: SimFoldingOptions;
  readonly #assigned = new Map<number, Assigned>();

  constructor(options: SimFoldingOptions) {
    this.#options = options;
  }

  assign(partition: number): void {
    this.revoke(partition);
    const { log, host, instance, policy } = this.#options;
    const restored = this.#restore(partition);
    const folder = restored?.folder ?? createFolder({ partition, owner: instance, policy });
    const from = restored?.offset ?? this.#windowAgo(partition);
    const reader = new Reader({
      log,
      host,
      topic: 'events',
      partition,
      from,
      records: (records) => this.#fold(partition, records),
    });
    this.#assigned.set(partition, {
      folder,
      reader,
      nextOffset: from,
      savedOffset: from,
      lagRecords: 0,
    });
  }

  revoke(partition: number): void {
    this.#assigned.get(partition)?.reader.close();
    this.#assigned.delete(partition);
  }

  tick(): void {
    for (const partition of this.#assigned.keys()) this.#tickOne(partition);
  }

  snapshot(): void {
    const { state, useSnapshots } = this.#options;
    if (!useSnapshots) return;
    for (const [partition, assigned] of this.#assigned) {
      if (assigned.nextOffset === assigned.savedOffset) continue;
      assigned.savedOffset = assigned.nextOffset;
      state.push([{ key: folderKey(partition), value: snapshotFolder(assigned.folder) }]);
    }
  }

  measureLag(): void {
    for (const [partition, assigned] of this.#assigned) {
      const end = this.#options.log.records('events', partition).length;
      assigned.lagRecords = Math.max(0, end - assigned.nextOffset);
    }
  }

  close(): void {
    for (const partition of [...this.#assigned.keys()]) this.revoke(partition);
  }

  #fold(partition: number, records: readonly LogRecord[]): void {
    const assigned = this.#assigned.get(partition);
    if (assigned === undefined) return;
    for (const record of records) {
      if (record.offset < assigned.nextOffset) continue;
      assigned.nextOffset = record.offset + 1;
      foldBatch(
        assigned.folder,
        decodeOnce(record, decodeBatch),
        record,
        this.#options.host.wallMs,
      );
    }
    this.#tickOne(partition);
  }

  #tickOne(partition: number): void {
    const { host, partials, partialPartitions } = this.#options;
    const assigned = this.#assigned.get(partition);
    if (assigned === undefined) return;
    const said = foldTick(assigned.folder, host.wallMs, assigned.lagRecords);
    partials.push(
      said.map((partial) => ({
        key: partial.group,
        value: encodeRecord(partial),
        partition: partitionOf(partial.group, partialPartitions),
      })),
    );
  }

  #restore(partition: number): { readonly folder: Folder; readonly offset: number } | null {
    const { log, instance, policy, useSnapshots } = this.#options;
    if (!useSnapshots) return null;
    const record = log.records('state').findLast(({ key }) => key === folderKey(partition));
    if (record?.value === undefined || record.value === null) return null;
    const restored = restoreFolder(record.value, { partition, owner: instance, policy });
    if (restored.kind === 'invalid') throw new Error(restored.text);
    return restored;
  }

  #windowAgo(partition: number): number {
    const { log, host, policy } = this.#options;
    const sinceMs = host.wallMs - policy.longWindowMs - policy.clientSilentMs;
    const records = log.records('events', partition);
    return records.find(({ appendedMs }) => appendedMs >= sinceMs)?.offset ?? records.length;
  }
}
