// The rows of one admitted batch: states and stalls become levels of their connection, counts go
// into windows. The hot path of the whole aggregator, so it is loops over numbers and nothing else.

import type { Batch, Column } from '@regionpilot/protocol';
import { at, connectionStates, errorClassNames, isRegionEvidence } from '@regionpilot/protocol';
import { addToCell, advanceCell } from './cell-window.ts';
import { existingCell } from './cells.ts';
import { findConnection } from './connection-index.ts';
import { addCapped, foldLimits } from './limits.ts';
import { closeConnection, openConnection, witnessOf } from './members.ts';
import type { Folder } from './state.ts';
import { judgeWitness, verdicts } from './verdict.ts';
import { addToWitness, advanceWitness, bucketAt } from './window.ts';

const ready = connectionStates.indexOf('ready');
const gone = connectionStates.indexOf('gone');

/** Classes that say nothing about the server: nothing was asked of it. */
const says = Uint8Array.from(errorClassNames, (name) =>
  name === 'cancelled' || name === 'poolExhausted' ? 0 : 1,
);

const dayMs = 86_400_000;

/** How the batch's stamps become log time. */
export type RowTime = { readonly shiftMs: number; readonly appendedMs: number };

/** Folds all rows in; says how many were inside the ring. */
export function foldRows(folder: Folder, client: number, batch: Batch, time: RowTime): number {
  const newest = bucketAt(folder, folder.clock.watermarkMs);
  const oldest = newest - folder.shape.long + 1;
  const base = batch.baseMs + time.shiftMs;
  const floorMs = time.appendedMs - dayMs;
  const { rowWitness, rowBucket } = folder;
  const pairs = new PairCache(folder, client, batch);
  let inside = 0;
  for (let row = 0; row < batch.rows; row++) {
    const stamp = Math.max(Math.min(base + at(batch.at, row), time.appendedMs), floorMs);
    const bucket = bucketAt(folder, stamp);
    const witness = pairs.witness(row);
    rowBucket[row] = bucket < oldest ? -1 : bucket;
    rowWitness[row] = foldLevels(folder, client, witness, batch, row, stamp);
    if (bucket >= oldest) inside++;
    if (bucket >= oldest && witness >= 0) foldAnswers(folder, batch, row, newest);
  }
  foldFailures(folder, batch, newest);
  for (const witness of pairs.witnesses()) noteVote(folder, witness, newest);
  return inside;
}

// A vote that comes or goes is worth a look before the next tick.
function noteVote(folder: Folder, witness: number, newest: number): void {
  if (witness < 0) return;
  const { columns } = folder.witnesses;
  advanceWitness(columns, folder.shape, witness, newest);
  const before = columns.verdict[witness] as number;
  const after = judgeWitness(folder, witness);
  columns.verdict[witness] = after;
  if (before !== after && Math.max(before, after) >= verdicts.suspect) folder.votesChanged = true;
}

/** Rows whose stamps the log's clock does not allow. */
export function clampedRows(batch: Batch, { shiftMs, appendedMs }: RowTime): number {
  if (shiftMs !== 0) return batch.rows;
  const limit = appendedMs - batch.baseMs;
  if (typeof batch.at === 'number') return batch.at > limit ? batch.rows : 0;
  let clamped = 0;
  for (const stamp of batch.at) if (stamp > limit) clamped++;
  return clamped;
}

/** State and stall of the row's connection. Answers the witness, or -1 when there is no room. */
function foldLevels(
  folder: Folder,
  client: number,
  witness: number,
  batch: Batch,
  row: number,
  stamp: number,
): number {
  if (witness < 0) return reject(folder);
  const number = at(batch.connection, row);
  const state = at(batch.state, row);
  const index = folder.connectionIndex;
  let slot = findConnection(index, folder.connections.columns, client, number);
  if (slot >= 0 && folder.connections.columns.witness[slot] !== witness) {
    leave(folder, slot); // The number was used again, and the goodbye of the former was lost.
    slot = -1;
  }
  if (state === gone) {
    if (slot >= 0) leave(folder, slot);
    return witness;
  }
  if (slot < 0) slot = openConnection(folder, client, witness, number);
  if (slot < 0) return reject(folder);
  const answeredNow = at(batch.ok, row) > 0;
  setLevels(folder, slot, witness, state, at(batch.stalledMs, row), stamp, answeredNow);
  return witness;
}

function reject(folder: Folder): number {
  folder.rowsRejected++;
  return -1;
}

function setLevels(
  folder: Folder,
  slot: number,
  witness: number,
  state: number,
  stalledMs: number,
  stamp: number,
  answered: boolean,
): void {
  const c = folder.connections.columns;
  const w = folder.witnesses.columns;
  const wasReady = c.state[slot] === ready ? 1 : 0;
  const isReady = state === ready ? 1 : 0;
  const wasWaiting = (c.stalledMs[slot] as number) > 0 ? 1 : 0;
  const isWaiting = stalledMs > 0 ? 1 : 0;
  if (wasReady !== isReady) w.ready[witness] = (w.ready[witness] as number) + isReady - wasReady;
  if (wasWaiting !== isWaiting) {
    w.waiting[witness] = (w.waiting[witness] as number) + isWaiting - wasWaiting;
  }
  c.state[slot] = state;
  if (isReady === 1) c.everReady[slot] = 1;
  // Answers of this row came some time after the connection's last row; that is all we know.
  const before = c.lastRowMs[slot] as number;
  if (answered && before > (w.answeredAfterMs[witness] as number)) {
    w.answeredAfterMs[witness] = before;
  }
  c.stalledMs[slot] = stalledMs;
  c.lastRowMs[slot] = stamp;
}

function leave(folder: Folder, slot: number): void {
  const witness = folder.connections.columns.witness[slot] as number;
  const connecting = 0;
  setLevels(folder, slot, witness, connecting, 0, 0, false);
  closeConnection(folder, slot);
}

function foldAnswers(folder: Folder, batch: Batch, row: number, newest: number): void {
  const ok = at(batch.ok, row);
  if (ok > 0) add(folder, row, newest, Math.min(ok, foldLimits.countPerRow), 0);
}

function add(folder: Folder, row: number, newest: number, answered: number, failed: number): void {
  const witness = folder.rowWitness[row] as number;
  const bucket = folder.rowBucket[row] as number;
  if (witness < 0 || bucket < 0) return;
  const { columns } = folder.witnesses;
  advanceWitness(columns, folder.shape, witness, newest);
  addToWitness(columns, folder.shape, witness, bucket, answered, failed);
  const cell = folder.cellList[columns.cell[witness] as number];
  if (!cell) return;
  advanceCell(cell, folder.shape, newest);
  if (answered > 0) addToCell(cell, folder.shape, bucket, 0, answered);
  if (failed > 0) addToCell(cell, folder.shape, bucket, 1, failed);
}

function foldFailures(folder: Folder, batch: Batch, newest: number): void {
  const { errors } = batch;
  for (let i = 0; i < errors.length; i += 3) {
    const row = errors[i] as number;
    const errorClass = errors[i + 1] as number;
    const count = Math.min(errors[i + 2] as number, foldLimits.countPerRow);
    if (isRegionEvidence[errorClass] === 1) add(folder, row, newest, 0, count);
    else if (says[errorClass] === 1) addMissingAnswers(folder, batch, row, newest, count);
    countClass(folder, row, newest, errorClass, count);
  }
}

// `ok` already holds error replies that prove the server works; an agent that left them out must
// still not look like one that heard nothing.
function addMissingAnswers(
  folder: Folder,
  batch: Batch,
  row: number,
  newest: number,
  count: number,
): void {
  const missing = count - at(batch.ok, row);
  if (missing > 0) add(folder, row, newest, missing, 0);
}

function countClass(
  folder: Folder,
  row: number,
  newest: number,
  errorClass: number,
  count: number,
): void {
  const witness = folder.rowWitness[row] as number;
  const bucket = folder.rowBucket[row] as number;
  if (witness < 0 || bucket < 0) return;
  const cell = folder.cellList[folder.witnesses.columns.cell[witness] as number];
  if (!cell) return;
  advanceCell(cell, folder.shape, newest);
  addToCell(cell, folder.shape, bucket, 2 + errorClass, count);
}

export function foldLatency(folder: Folder, batch: Batch): void {
  for (const list of batch.latency) {
    const group = batch.strings[list[0] as number] as string;
    const region = batch.strings[list[1] as number] as string;
    const cell = existingCell(folder, group, region, batch.home);
    if (cell === undefined) continue;
    for (let i = 2; i < list.length; i += 2) {
      const bucket = list[i] as number;
      cell.latency[bucket] = addCapped(cell.latency[bucket] as number, list[i + 1] as number);
    }
  }
}

/** Group and region of a row to its witness; nearly every row repeats the one before. */
class PairCache {
  readonly #folder: Folder;
  readonly #client: number;
  readonly #strings: readonly string[];
  readonly #groups: Column;
  readonly #regions: Column;
  readonly #known = new Map<number, number>();
  #pair = -1;
  #witness = -1;

  constructor(folder: Folder, client: number, batch: Batch) {
    this.#folder = folder;
    this.#client = client;
    this.#strings = batch.strings;
    this.#groups = batch.group;
    this.#regions = batch.region;
  }

  witness(row: number): number {
    const group = at(this.#groups, row);
    const region = at(this.#regions, row);
    const pair = group * 1_024 + region;
    if (pair === this.#pair) return this.#witness;
    this.#pair = pair;
    this.#witness = this.#known.get(pair) ?? this.#find(pair, group, region);
    return this.#witness;
  }

  witnesses(): Iterable<number> {
    return this.#known.values();
  }

  #find(pair: number, group: number, region: number): number {
    const groupName = this.#strings[group] as string;
    const regionName = this.#strings[region] as string;
    const witness = witnessOf(this.#folder, this.#client, groupName, regionName);
    this.#known.set(pair, witness);
    return witness;
  }
}
