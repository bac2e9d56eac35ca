// State and stall of single connections: levels that hold until a later row says otherwise.

import type { Batch, Evidence } from '@regionpilot/protocol';
import { at, connectionStates } from '@regionpilot/protocol';
import { findConnection } from './connection-index.ts';
import { closeConnection, openConnection } from './members.ts';
import type { Folder } from './state.ts';

const connecting = connectionStates.indexOf('connecting');
const ready = connectionStates.indexOf('ready');
const gone = connectionStates.indexOf('gone');

/** A row's connection when there is none any more, and when there is no room for it. */
export const goneConnection = -1;
export const noRoom = -2;

/** Takes over what a row says of its connection, and answers that connection. */
export function foldLevels(
  folder: Folder,
  client: number,
  witness: number,
  batch: Batch,
  row: number,
  stampMs: number,
): number {
  if (witness < 0) return noRoom;
  const number = at(batch.connection, row);
  const state = at(batch.state, row);
  let slot = findConnection(folder.connectionIndex, folder.connections.columns, client, number);
  if (slot >= 0 && folder.connections.columns.witness[slot] !== witness) {
    leave(folder, slot); // The number was used again, and the goodbye of the former was lost.
    slot = -1;
  }
  if (state === gone) {
    if (slot >= 0) leave(folder, slot);
    return goneConnection;
  }
  if (slot < 0) slot = openConnection(folder, client, witness, number);
  if (slot < 0) return noRoom;
  if (at(batch.ok, row) > 0) noteAnswer(folder, slot, witness);
  setLevels(folder, slot, witness, state, at(batch.stalledMs, row));
  folder.connections.columns.lastRowMs[slot] = stampMs;
  return slot;
}

/** Why a connection is not ready: `evidence` of the failure its row carried. A password that every
 * region would refuse is no reason to leave one. */
export function noteReason(folder: Folder, slot: number, evidence: Evidence): void {
  const { state, excused } = folder.connections.columns;
  if (slot < 0 || state[slot] === ready || evidence === 'neutral') return;
  excused[slot] = evidence === 'client' ? 1 : 0;
}

function setLevels(
  folder: Folder,
  slot: number,
  witness: number,
  state: number,
  stalledMs: number,
): void {
  const c = folder.connections.columns;
  const { ready: readies, waiting } = folder.witnesses.columns;
  const readyMore = Number(state === ready) - Number(c.state[slot] === ready);
  const waitingMore = Number(stalledMs > 0) - Number((c.stalledMs[slot] as number) > 0);
  if (readyMore !== 0) readies[witness] = (readies[witness] as number) + readyMore;
  if (waitingMore !== 0) waiting[witness] = (waiting[witness] as number) + waitingMore;
  c.state[slot] = state;
  c.stalledMs[slot] = stalledMs;
  if (state !== ready) return;
  c.everReady[slot] = 1;
  c.excused[slot] = 0;
}

// The answers of a row came some time after the connection's last row; that is all we know.
function noteAnswer(folder: Folder, slot: number, witness: number): void {
  const { answeredAfterMs } = folder.witnesses.columns;
  const before = folder.connections.columns.lastRowMs[slot] as number;
  if (before > (answeredAfterMs[witness] as number)) answeredAfterMs[witness] = before;
}

function leave(folder: Folder, slot: number): void {
  const witness = folder.connections.columns.witness[slot] as number;
  setLevels(folder, slot, witness, connecting, 0);
  closeConnection(folder, slot);
}
