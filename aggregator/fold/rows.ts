// The rows of one admitted batch: levels go to their connection, counts into windows. The hot path
// of the whole aggregator, so it is loops over numbers and nothing else.

import type { Batch, Evidence } from '@regionpilot/protocol';
import { at, errorClasses, errorClassNames } from '@regionpilot/protocol';
import { addToCell, advanceCell } from './cell-window.ts';
import { foldLevels, noRoom, noteReason } from './levels.ts';
import { foldLimits } from './limits.ts';
import { Pairs } from './pairs.ts';
import type { Folder } from './state.ts';
import { judgeWitness, verdicts } from './verdict.ts';
import { addToWitness, advanceWitness, bucketAt } from './window.ts';

/** By the class's number on the wire. */
const evidenceOf: readonly Evidence[] = errorClassNames.map((name) => errorClasses[name]);

/** Classes that say nothing about the server: nothing was asked of it. */
const askedNothing = Uint8Array.from(errorClassNames, (name) =>
  name === 'cancelled' || name === 'poolExhausted' ? 1 : 0,
);

/** No stamp is older than this before its record: hostile ones would not fit a snapshot. */
const oldestMs = 86_400_000;

/** How the batch's stamps become log time. */
export type RowTime = { readonly shiftMs: number; readonly appendedMs: number };

/** Folds all rows and latencies in; says how many rows were inside the ring. */
export function foldRows(folder: Folder, client: number, batch: Batch, time: RowTime): number {
  const newest = bucketAt(folder, folder.clock.watermarkMs);
  const oldest = newest - folder.shape.long + 1;
  const base = batch.baseMs + time.shiftMs;
  const floorMs = time.appendedMs - oldestMs;
  const { rowWitness, rowConnection, rowBucket } = folder;
  const pairs = new Pairs(folder, client, batch);
  let inside = 0;
  for (let row = 0; row < batch.rows; row++) {
    const stampMs = Math.max(floorMs, Math.min(base + at(batch.at, row), time.appendedMs));
    const bucket = bucketAt(folder, stampMs);
    const witness = pairs.witness(row);
    const connection = foldLevels(folder, client, witness, batch, row, stampMs);
    if (connection === noRoom) folder.rowsRejected++;
    if (bucket >= oldest) inside++;
    rowWitness[row] = connection === noRoom ? -1 : witness;
    rowConnection[row] = connection;
    rowBucket[row] = bucket >= oldest ? bucket : -1;
    foldAnswers(folder, row, newest, at(batch.ok, row));
  }
  foldFailures(folder, batch, newest);
  foldLatency(batch, pairs);
  foldProbes(batch, pairs);
  for (const witness of pairs.witnesses()) noteVote(folder, witness, newest);
  return inside;
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

function foldAnswers(folder: Folder, row: number, newest: number, ok: number): void {
  if (ok > 0) add(folder, row, newest, Math.min(ok, foldLimits.countPerRow), 0);
}

function foldFailures(folder: Folder, batch: Batch, newest: number): void {
  const { errors } = batch;
  for (let i = 0; i < errors.length; i += 3) {
    const row = errors[i] as number;
    const errorClass = errors[i + 1] as number;
    const count = Math.min(errors[i + 2] as number, foldLimits.countPerRow);
    if (evidenceOf[errorClass] === 'region') add(folder, row, newest, 0, count);
    else if (askedNothing[errorClass] === 0) {
      // `ok` already holds error replies that prove the server works; an agent that left them out
      // must still not look like one that heard nothing.
      foldAnswers(folder, row, newest, count - at(batch.ok, row));
    }
    noteReason(folder, folder.rowConnection[row] as number, evidenceOf[errorClass] as Evidence);
    addClass(folder, row, newest, errorClass, count);
  }
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

function addClass(
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

function foldLatency({ latency }: Batch, pairs: Pairs): void {
  for (const list of latency) {
    const cell = pairs.cell(list[0] as number, list[1] as number);
    if (cell === null) continue;
    for (let i = 2; i < list.length; i += 2) {
      const bucket = list[i] as number;
      const sum = (cell.latency[bucket] as number) + (list[i + 1] as number);
      cell.latency[bucket] = Math.min(sum, Number.MAX_SAFE_INTEGER);
    }
  }
}

function foldProbes({ probes = [] }: Batch, pairs: Pairs): void {
  for (const [group, region, answered, failed] of probes) {
    const sums = pairs.cell(group, region)?.probes;
    if (sums === undefined) continue;
    sums[0] = (sums[0] as number) + Math.min(answered, foldLimits.countPerRow);
    sums[1] = (sums[1] as number) + Math.min(failed, foldLimits.countPerRow);
  }
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
