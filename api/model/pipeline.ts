// How the machinery is doing, out of what it writes about itself: beats of deciders, accounts of
// folders, owners of alerting, attempts at receivers. Bounds: one folder per events partition, each
// with ten seconds of row counts.

import type { Partial, PartitionAccounts } from '@regionpilot/protocol';
import type { PipelineState } from '../contract/pipeline.ts';
import { beatAgeMs, isStale, type SeenHeartbeat } from './beats.ts';

type Folder = {
  partial: Partial;
  /** When the log took its newest partial in. */
  atMs: number;
  /** [when, rows] of the last ten seconds, at most one a second. */
  readonly rows: [number, number][];
};

const rowsSpanMs = 10_000;
const forgetMs = 300_000;

export class Folders {
  readonly #folders = new Map<number, Folder>();

  /** Accounts are of the partition, whichever group the partial is about. */
  take(partial: Partial, atMs: number): void {
    const known = this.#folders.get(partial.partition);
    const { rows: count } = partial.accounts;
    const anew = known === undefined || known.partial.accounts.rows > count;
    const rows = anew ? [] : known.rows;
    const last = rows.at(-1);
    if (last === undefined || atMs - last[0] >= 1_000) rows.push([atMs, count]);
    while (rows.length > 2 && (rows[0]?.[0] ?? 0) < atMs - rowsSpanMs) rows.shift();
    this.#folders.set(partial.partition, { partial, atMs, rows });
  }

  list(nowMs: number): PipelineState['folders'] {
    for (const [partition, { atMs }] of this.#folders) {
      if (nowMs - atMs > forgetMs) this.#folders.delete(partition);
    }
    return [...this.#folders.values()]
      .sort((a, b) => a.partial.partition - b.partial.partition)
      .map(folderState);
  }
}

function folderState({ partial, atMs, rows }: Folder): PipelineState['folders'][number] {
  const { partition, owner, warm, accounts } = partial;
  return {
    partition,
    owner,
    warm,
    delayMs: Math.max(0, atMs - partial.atMs),
    rowsPerSecond: rateOf(rows),
    ...shownAccounts(accounts),
  };
}

function shownAccounts(accounts: PartitionAccounts) {
  const { lagRecords, duplicates, rejected, gaps, declaredDrops, late, clamped } = accounts;
  return { lagRecords, duplicates, rejected, gaps, declaredDrops, late, clamped };
}

function rateOf(rows: readonly (readonly [number, number])[]): number {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined || last[0] <= first[0]) return 0;
  return Math.round(((last[1] - first[1]) * 10_000) / (last[0] - first[0])) / 10;
}

export function deciders(beats: Iterable<SeenHeartbeat>, nowMs: number): PipelineState['deciders'] {
  return [...beats]
    .sort((a, b) => a.heartbeat.partition - b.heartbeat.partition)
    .map((seen) => ({
      partition: seen.heartbeat.partition,
      owner: seen.heartbeat.owner,
      heartbeatAgeMs: beatAgeMs(seen, nowMs),
      stale: isStale(seen, nowMs),
      groups: Object.keys(seen.heartbeat.epochs).length,
    }));
}
