// A folder as bytes: what it knows together with the offset it covers, so that the two can never
// disagree and no transaction is needed. Written as a tree (group, cell, client, membership,
// witness, connection) and not as memory, so that slots and free lists stay private.

import { checksum, createWriter, putInt, putText, type Writer, written } from './bytes.ts';
import type { Cell, Folder, Group } from './state.ts';
import { cellStride } from './state.ts';
import { isWarm } from './warm.ts';
import { bucketAt } from './window.ts';

export const snapshotVersion = 1;

/** State of a connection, and two bits above it. */
export const everReadyBit = 8;
export const excusedBit = 16;

type Context = {
  readonly folder: Folder;
  readonly out: Writer;
  /** Watermark in whole ms; times are written as their age before it. */
  readonly baseMs: number;
  readonly bucket: number;
};

/** Everything folded so far. Covers all offsets below `accounts.offset`. */
export function snapshotFolder(folder: Folder): Uint8Array {
  const out = createWriter();
  const baseMs = Math.floor(folder.clock.watermarkMs);
  const context = { folder, out, baseMs, bucket: bucketAt(folder, folder.clock.watermarkMs) };
  putHead(context);
  putGroups(context);
  putCells(context);
  putClients(context);
  const body = written(out);
  const framed = createWriter();
  putInt(framed, snapshotVersion);
  putInt(framed, checksum(body));
  const head = written(framed);
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

function putHead({ folder, out, baseMs }: Context): void {
  const { clock, accounts, shape } = folder;
  putInt(out, folder.partition);
  for (const size of [shape.tickMs, shape.long, shape.short]) putInt(out, size);
  putInt(out, Number.isNaN(clock.nowMs) ? 0 : Math.max(0, Math.floor(clock.nowMs)));
  putInt(out, clock.hasRecords ? 1 : 0);
  putInt(out, baseMs);
  putInt(out, clock.lastAppendedMs);
  putInt(out, isWarm(folder) ? 1 : 0);
  for (const count of Object.values(accounts)) putInt(out, count);
  putInt(out, folder.rowsRejected);
}

function putGroups({ folder, out, baseMs }: Context): void {
  const groups = folder.groups.filter((group): group is Group => group !== null);
  putInt(out, groups.length);
  for (const group of groups) {
    putText(out, group.name);
    putInt(out, group.seq);
    putInt(out, group.term);
    putInt(out, group.epoch);
    putInt(out, Math.max(0, baseMs - Math.floor(group.emptiedMs)));
  }
}

function putCells(context: Context): void {
  const { folder, out, baseMs } = context;
  const cells = folder.cellList.filter((cell): cell is Cell => cell !== null);
  putInt(out, cells.length);
  for (const cell of cells) {
    putText(out, cell.group.name);
    putText(out, cell.region);
    putText(out, cell.home);
    putInt(out, Math.max(0, baseMs - Math.floor(cell.emptiedMs)));
    putSparse(out, cell.latency);
    putCellRing(context, cell);
  }
}

function putCellRing({ folder, out, bucket }: Context, cell: Cell): void {
  const { long } = folder.shape;
  for (let age = 0; age < long; age++) {
    const at = bucket - age;
    const from = (at % long) * cellStride;
    const isInside = at <= cell.head && at > cell.head - long;
    putSparse(out, isInside ? cell.ring.subarray(from, from + cellStride) : nothing);
  }
}

const nothing = new Float64Array(0);

function putSparse(out: Writer, counts: Float64Array): void {
  const filled: number[] = [];
  counts.forEach((count, at) => {
    if (count > 0) filled.push(at, count);
  });
  putInt(out, filled.length / 2);
  for (const number of filled) putInt(out, number);
}

function putClients(context: Context): void {
  const { folder, out, baseMs } = context;
  const { columns } = folder.clients;
  putInt(out, folder.clientSlots.size);
  for (let client = 0; client < folder.clients.used; client++) {
    if (columns.presence[client] === 0) continue;
    putText(out, folder.clientNames[client] as string);
    putText(out, folder.boots[client] as string);
    putText(out, folder.previousBoots[client] as string);
    putText(out, folder.homes.list[columns.home[client] as number] as string);
    putText(out, folder.domains.list[columns.domain[client] as number] as string);
    putInt(out, columns.presence[client] as number);
    putInt(out, columns.lastSeq[client] as number);
    putInt(out, columns.declared[client] as number);
    putInt(out, age(baseMs, columns.lastSeenMs[client] as number));
    putInt(out, age(baseMs, columns.offsetSinceMs[client] as number));
    putOffset(out, columns.offsetMs[client] as number);
    putOffset(out, columns.offsetBeforeMs[client] as number);
    putMemberships(context, client);
  }
}

function putMemberships(context: Context, client: number): void {
  const { folder, out } = context;
  const { next, group, term, epoch } = folder.memberships.columns;
  const first = folder.clients.columns.firstMembership[client] as number;
  putInt(out, lengthOf(first, next));
  for (let at = first; at !== 0; at = next[at - 1] as number) {
    putText(out, folder.groups[group[at - 1] as number]?.name ?? '');
    putInt(out, term[at - 1] as number);
    putInt(out, epoch[at - 1] as number);
    putWitnesses(context, at - 1);
  }
}

function putWitnesses(context: Context, membership: number): void {
  const { folder, out, baseMs } = context;
  const { next, cell, answeredAfterMs } = folder.witnesses.columns;
  const first = folder.memberships.columns.firstWitness[membership] as number;
  putInt(out, lengthOf(first, next));
  for (let at = first; at !== 0; at = next[at - 1] as number) {
    putText(out, folder.cellList[cell[at - 1] as number]?.region ?? '');
    putInt(out, age(baseMs, answeredAfterMs[at - 1] as number));
    putWitnessRing(context, at - 1);
    putConnections(context, at - 1);
  }
}

function putWitnessRing({ folder, out, bucket }: Context, witness: number): void {
  const { long } = folder.shape;
  const { ring, head } = folder.witnesses.columns;
  const newest = head[witness] as number;
  const filled: number[] = [];
  for (let age = Math.max(0, bucket - newest); age < long; age++) {
    const at = (witness * long + ((bucket - age) % long)) * 2;
    const answered = ring[at] as number;
    const failed = ring[at + 1] as number;
    if (answered + failed > 0) filled.push(age, answered, failed);
  }
  putInt(out, filled.length / 3);
  for (const number of filled) putInt(out, number);
}

function putConnections({ folder, out, baseMs }: Context, witness: number): void {
  const { next, number, state, everReady, excused, stalledMs, lastRowMs } =
    folder.connections.columns;
  const first = folder.witnesses.columns.firstConnection[witness] as number;
  putInt(out, lengthOf(first, next));
  for (let at = first; at !== 0; at = next[at - 1] as number) {
    putInt(out, number[at - 1] as number);
    const bits =
      everReadyBit * (everReady[at - 1] as number) + excusedBit * (excused[at - 1] as number);
    putInt(out, (state[at - 1] as number) + bits);
    putInt(out, stalledMs[at - 1] as number);
    putInt(out, age(baseMs, lastRowMs[at - 1] as number));
  }
}

function lengthOf(first: number, next: Int32Array): number {
  let length = 0;
  for (let at = first; at !== 0; at = next[at - 1] as number) length++;
  return length;
}

// 0 stays 0 ("never"); every other time is at or before the watermark, so its age is at least 1.
function age(baseMs: number, atMs: number): number {
  return atMs === 0 ? 0 : Math.max(1, baseMs - atMs + 1);
}

// Signed and possibly infinite: 0 is "unknown", odd numbers are positive.
function putOffset(out: Writer, offsetMs: number): void {
  if (!Number.isFinite(offsetMs)) putInt(out, 0);
  else putInt(out, offsetMs >= 0 ? offsetMs * 2 + 1 : -offsetMs * 2);
}
