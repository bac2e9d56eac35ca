// Joining and parting the four tables: a client's memberships, their witnesses, their connections.

import { batchLimits } from '@regionpilot/protocol';
import { cellFor, dropCellUse, groupFor } from './cells.ts';
import { addConnection, removeConnection } from './connection-index.ts';
import { foldLimits } from './limits.ts';
import type { Folder } from './state.ts';
import { freeSlot, takeSlot } from './table.ts';

/** The client's membership of a group, made if need be; -1 without room. */
export function membershipOf(folder: Folder, client: number, groupName: string): number {
  const { firstMembership } = folder.clients.columns;
  const { next, group } = folder.memberships.columns;
  let count = 0;
  let last = 0;
  for (let at = firstMembership[client] as number; at !== 0; at = next[at - 1] as number) {
    if (folder.groups[group[at - 1] as number]?.name === groupName) return at - 1;
    last = at;
    count++;
  }
  return count < foldLimits.groupsPerClient ? addMembership(folder, client, groupName, last) : -1;
}

function addMembership(folder: Folder, client: number, groupName: string, last: number): number {
  const group = groupFor(folder, groupName);
  if (group === null) return -1;
  const slot = takeSlot(folder.memberships);
  const { columns } = folder.memberships;
  columns.client[slot] = client;
  columns.group[slot] = group.slot;
  group.members++;
  if (last === 0) folder.clients.columns.firstMembership[client] = slot + 1;
  else columns.next[last - 1] = slot + 1;
  return slot;
}

/** The client's witness of a region, made if need be; -1 without room. */
export function witnessOf(folder: Folder, client: number, group: string, region: string): number {
  const membership = membershipOf(folder, client, group);
  if (membership < 0) return -1;
  const { cell, next } = folder.witnesses.columns;
  let at = folder.memberships.columns.firstWitness[membership] as number;
  for (; at !== 0; at = next[at - 1] as number) {
    if (folder.cellList[cell[at - 1] as number]?.region === region) return at - 1;
  }
  return addWitness(folder, client, membership, region);
}

function addWitness(folder: Folder, client: number, membership: number, region: string): number {
  const group = folder.groups[folder.memberships.columns.group[membership] as number];
  const home = folder.homes.list[folder.clients.columns.home[client] as number];
  if (!group || home === undefined) return -1;
  const cell = cellFor(folder, group, region, home);
  if (cell === null) return -1;
  const slot = takeSlot(folder.witnesses);
  const { columns } = folder.witnesses;
  const { firstWitness } = folder.memberships.columns;
  columns.client[slot] = client;
  columns.cell[slot] = cell.slot;
  columns.next[slot] = firstWitness[membership] as number;
  firstWitness[membership] = slot + 1;
  cell.witnesses++;
  return slot;
}

/** A new connection of the client to the witness's region; -1 without room. */
export function openConnection(
  folder: Folder,
  client: number,
  witness: number,
  number: number,
): number {
  const { connections } = folder.clients.columns;
  if ((connections[client] as number) >= foldLimits.connectionsPerClient) return -1;
  if (number >= batchLimits.connections) return -1;
  const slot = takeSlot(folder.connections);
  const { columns } = folder.connections;
  columns.client[slot] = client;
  columns.number[slot] = number;
  connections[client] = (connections[client] as number) + 1;
  attach(folder, slot, witness);
  addConnection(folder.connectionIndex, columns, slot);
  return slot;
}

function attach(folder: Folder, slot: number, witness: number): void {
  const { columns } = folder.connections;
  const { firstConnection, connections } = folder.witnesses.columns;
  columns.witness[slot] = witness;
  columns.next[slot] = firstConnection[witness] as number;
  firstConnection[witness] = slot + 1;
  connections[witness] = (connections[witness] as number) + 1;
}

/** The connection must count neither as ready nor as waiting any more. */
export function closeConnection(folder: Folder, slot: number): void {
  const { witness, next, client } = folder.connections.columns;
  const { firstConnection, connections } = folder.witnesses.columns;
  const owner = witness[slot] as number;
  unlink(firstConnection, owner, next, slot);
  connections[owner] = (connections[owner] as number) - 1;
  const held = folder.clients.columns.connections;
  held[client[slot] as number] = (held[client[slot] as number] as number) - 1;
  removeConnection(folder.connectionIndex, folder.connections.columns, slot);
  freeSlot(folder.connections, slot);
}

/** A witness without connections and without counts has nothing more to say. */
export function releaseWitness(folder: Folder, membership: number, witness: number): void {
  const { firstConnection, next, cell } = folder.witnesses.columns;
  const { next: nextConnection } = folder.connections.columns;
  for (let at = firstConnection[witness] as number; at !== 0; ) {
    const following = nextConnection[at - 1] as number;
    closeConnection(folder, at - 1);
    at = following;
  }
  unlink(folder.memberships.columns.firstWitness, membership, next, witness);
  dropCellUse(folder, cell[witness] as number);
  freeSlot(folder.witnesses, witness);
}

/** Everything the client ever told of any region. */
export function releaseMemberships(folder: Folder, client: number): void {
  const { firstMembership } = folder.clients.columns;
  const { next, firstWitness, group } = folder.memberships.columns;
  for (let at = firstMembership[client] as number; at !== 0; ) {
    const membership = at - 1;
    for (let w = firstWitness[membership] as number; w !== 0; ) {
      releaseWitness(folder, membership, w - 1);
      w = firstWitness[membership] as number;
    }
    const home = folder.groups[group[membership] as number];
    if (home) {
      home.members--;
      home.emptiedMs = folder.clock.watermarkMs;
    }
    at = next[membership] as number;
    freeSlot(folder.memberships, membership);
  }
  firstMembership[client] = 0;
}

/** Takes slot + 1 out of the list that begins at `first[owner]`. */
function unlink(first: Int32Array, owner: number, next: Int32Array, slot: number): void {
  const after = next[slot] as number;
  if (first[owner] === slot + 1) {
    first[owner] = after;
    return;
  }
  let at = (first[owner] as number) - 1;
  while (next[at] !== slot + 1) at = (next[at] as number) - 1;
  next[at] = after;
}
