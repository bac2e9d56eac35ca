// Turns one partition of `events` into partials. All batches of a client are in one partition (they
// are keyed by it), so the folder alone can say what each client thinks of each region; the owner
// of a group adds up the partitions. Mutable inside, for speed; the same records and times give the
// same partials, byte for byte. We refused one reducer per event: at a million rows a second it
// would do nothing but allocate.

import type { Batch } from '@regionpilot/protocol';
import { admitBatch, noteHeader, presences } from './clients.ts';
import { clockRecord, clockTick } from './clock.ts';
import { addCapped } from './limits.ts';
import { membershipOf, releaseMemberships } from './members.ts';
import { clampedRows, foldRows } from './rows.ts';
import { clockShift } from './skew.ts';
import type { Folder } from './state.ts';
import { noteRestored } from './warm.ts';

export type { Restored } from './restore.ts';
export { restoreFolder } from './restore.ts';
export { snapshotFolder } from './snapshot.ts';
export type { Folder, FolderOptions } from './state.ts';
export { createFolder } from './state.ts';
export { foldTick } from './tick.ts';

/** Where a batch stood in the log, and when the log took it in. */
export type FoldedRecord = { readonly offset: number; readonly appendedMs: number };

/**
 * - `folded`: counted, in windows and levels.
 * - `late`: new, but every row was older than the long window: levels only.
 * - `repeat`: seen before, or of a boot that ended.
 * - `rejected`: no room for another client or home.
 * - `passed`: an offset this folder already covers; nothing changed.
 */
export type FoldOutcome = 'folded' | 'late' | 'repeat' | 'rejected' | 'passed';

export function foldBatch(
  folder: Folder,
  batch: Batch,
  record: FoldedRecord,
  nowMs: number,
): FoldOutcome {
  noteRestored(folder, nowMs);
  if (!takeOffset(folder, record.offset)) return 'passed';
  clockRecord(folder.clock, record.appendedMs, nowMs);
  const admission = admitBatch(folder, batch);
  switch (admission.kind) {
    case 'repeat':
      folder.accounts.duplicates++;
      return 'repeat';
    case 'noRoom':
      folder.accounts.rejected++;
      return 'rejected';
    case 'new':
      return foldNew(folder, admission.client, batch, record.appendedMs);
  }
}

/** A record nobody could read: counted, so that every offset is in some account. */
export function foldRejected(
  folder: Folder,
  record: Pick<FoldedRecord, 'offset'>,
  nowMs: number,
): void {
  if (!takeOffset(folder, record.offset)) return;
  clockTick(folder.clock, nowMs);
  folder.accounts.rejected++;
}

function takeOffset({ accounts }: Folder, offset: number): boolean {
  if (offset < accounts.offset) return false;
  accounts.offset = offset + 1;
  return true;
}

function foldNew(folder: Folder, client: number, batch: Batch, appendedMs: number): FoldOutcome {
  const { accounts } = folder;
  noteHeader(folder, client, batch, appendedMs);
  noteApplied(folder, client, batch);
  const shiftMs = clockShift(folder, client, batch.sentMs, appendedMs);
  const time = { shiftMs, appendedMs };
  accounts.clamped += clampedRows(batch, time);
  const inside = foldRows(folder, client, batch, time);
  accounts.rows = addCapped(accounts.rows, batch.rows);
  if (folder.clients.columns.presence[client] === presences.saidGoodbye) {
    releaseMemberships(folder, client);
  }
  const isLate = batch.rows > 0 && inside === 0;
  if (isLate) accounts.late++;
  else accounts.batches++;
  return isLate ? 'late' : 'folded';
}

function noteApplied(folder: Folder, client: number, batch: Batch): void {
  for (const name in batch.applied) {
    if (!Object.hasOwn(batch.applied, name)) continue;
    const version = batch.applied[name];
    const membership = membershipOf(folder, client, name);
    if (version === undefined || membership < 0) continue;
    const { term, epoch, group } = folder.memberships.columns;
    term[membership] = version[0];
    epoch[membership] = version[1];
    const known = folder.groups[group[membership] as number];
    if (!known || version[0] < known.term) continue;
    if (version[0] === known.term && version[1] <= known.epoch) continue;
    known.term = version[0];
    known.epoch = version[1];
  }
}
