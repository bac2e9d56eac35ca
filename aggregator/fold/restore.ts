// Bytes back to a folder. A snapshot that is damaged, of another version or of another partition is
// no snapshot: a value says so, and the folder starts cold from the log.

import { connectionStates, histogramBuckets } from '@regionpilot/protocol';
import { checksum, createReader, type Reader, takeCount, takeInt, takeText } from './bytes.ts';
import { addToCell } from './cell-window.ts';
import { cellFor, groupFor } from './cells.ts';
import { membershipOf, openConnection, witnessOf } from './members.ts';
import { useName } from './names.ts';
import { everReadyBit, excusedBit, snapshotVersion } from './snapshot.ts';
import {
  type Accounts,
  cellStride,
  createFolder,
  type Folder,
  type FolderOptions,
} from './state.ts';
import { takeSlot } from './table.ts';
import { addToWitness, bucketAt } from './window.ts';

export type Restored =
  | { readonly kind: 'restored'; readonly folder: Folder; readonly offset: number }
  | { readonly kind: 'invalid'; readonly text: string };

type Context = {
  readonly folder: Folder;
  readonly input: Reader;
  readonly baseMs: number;
  readonly bucket: number;
  /** Buckets per window in the snapshot. */
  readonly long: number;
  /** Were the buckets of the same width and number? Otherwise counts are read and dropped. */
  readonly sameShape: boolean;
};

/** `offset` is the next record to read. */
export function restoreFolder(bytes: Uint8Array, options: FolderOptions): Restored {
  const input = createReader(bytes);
  const version = takeInt(input);
  if (version !== snapshotVersion) {
    return invalid(`snapshot version ${version}, wanted ${snapshotVersion}`);
  }
  const wanted = takeInt(input);
  if (input.broken || checksum(bytes.subarray(input.at)) !== wanted) {
    return invalid('snapshot is damaged: checksum does not match');
  }
  const partition = takeInt(input);
  if (partition !== options.partition) {
    return invalid(`snapshot of partition ${partition}, wanted ${options.partition}`);
  }
  const context = takeHead(createFolder(options), input);
  takeGroups(context);
  takeCells(context);
  takeClients(context);
  const { folder } = context;
  if (input.broken || input.at !== bytes.length)
    return invalid('snapshot is damaged: wrong length');
  return { kind: 'restored', folder, offset: folder.accounts.offset };
}

function invalid(text: string): Restored {
  return { kind: 'invalid', text };
}

function takeHead(folder: Folder, input: Reader): Context {
  const { clock, shape, accounts } = folder;
  const [tickMs, long, short] = [takeInt(input), takeInt(input), takeInt(input)];
  const sameShape = tickMs === shape.tickMs && long === shape.long && short === shape.short;
  clock.nowMs = takeInt(input);
  clock.hasRecords = takeInt(input) === 1;
  const baseMs = takeInt(input);
  clock.watermarkMs = baseMs;
  clock.startMs = baseMs;
  clock.lastAppendedMs = takeInt(input);
  clock.silentMs = Math.max(0, baseMs - clock.lastAppendedMs);
  folder.carriedWarm = takeInt(input) === 1 && sameShape;
  for (const name of Object.keys(accounts)) accounts[name as keyof Accounts] = takeInt(input);
  folder.rowsRejected = takeInt(input);
  folder.restoredFromMs = clock.nowMs;
  return { folder, input, baseMs, bucket: bucketAt(folder, baseMs), long, sameShape };
}

function takeGroups({ folder, input, baseMs }: Context): void {
  const count = takeCount(input);
  for (let i = 0; i < count; i++) {
    const group = groupFor(folder, takeText(input));
    const [seq, term, epoch, emptied] = [
      takeInt(input),
      takeInt(input),
      takeInt(input),
      takeInt(input),
    ];
    if (group === null) continue;
    Object.assign(group, { seq, term, epoch, emptiedMs: baseMs - emptied });
  }
}

function takeCells(context: Context): void {
  const { folder, input, baseMs, bucket, long, sameShape } = context;
  const count = takeCount(input);
  for (let i = 0; i < count && !input.broken; i++) {
    const group = groupFor(folder, takeText(input));
    const cell = group && cellFor(folder, group, takeText(input), takeText(input));
    if (!cell) {
      input.broken = true;
      return;
    }
    cell.emptiedMs = baseMs - takeInt(input);
    cell.head = bucket;
    takeSparse(input, histogramBuckets, (at, value) => {
      cell.latency[at] = value;
    });
    for (let age = 0; age < long && !input.broken; age++) {
      takeSparse(input, cellStride, (field, value) => {
        if (sameShape) addToCell(cell, folder.shape, bucket - age, field, value);
      });
    }
  }
}

function takeSparse(
  input: Reader,
  limit: number,
  found: (at: number, value: number) => void,
): void {
  const count = takeCount(input);
  for (let i = 0; i < count; i++) {
    const at = takeInt(input);
    const value = takeInt(input);
    if (at < limit) found(at, value);
    else input.broken = true;
  }
}

function takeClients(context: Context): void {
  const { input } = context;
  const count = takeCount(input);
  for (let i = 0; i < count && !input.broken; i++) takeClient(context);
}

function takeClient(context: Context): void {
  const { folder, input, baseMs } = context;
  const client = takeSlot(folder.clients);
  const { columns } = folder.clients;
  const name = takeText(input);
  folder.clientSlots.set(name, client);
  folder.clientNames[client] = name;
  folder.boots[client] = takeText(input);
  folder.previousBoots[client] = takeText(input);
  columns.home[client] = useName(folder.homes, takeText(input));
  columns.domain[client] = useName(folder.domains, takeText(input));
  columns.presence[client] = takeInt(input);
  columns.lastSeq[client] = takeInt(input);
  columns.declared[client] = takeInt(input);
  columns.lastSeenMs[client] = takeTime(input, baseMs);
  columns.offsetSinceMs[client] = takeTime(input, baseMs);
  columns.offsetMs[client] = takeOffset(input);
  columns.offsetBeforeMs[client] = takeOffset(input);
  const memberships = takeCount(input);
  for (let i = 0; i < memberships && !input.broken; i++) takeMembership(context, client);
}

function takeMembership(context: Context, client: number): void {
  const { folder, input } = context;
  const group = takeText(input);
  const membership = membershipOf(folder, client, group);
  if (membership < 0) {
    input.broken = true;
    return;
  }
  const { term, epoch } = folder.memberships.columns;
  term[membership] = takeInt(input);
  epoch[membership] = takeInt(input);
  const witnesses = takeCount(input);
  for (let i = 0; i < witnesses && !input.broken; i++) takeWitness(context, client, group);
}

function takeWitness(context: Context, client: number, group: string): void {
  const { folder, input, baseMs, bucket, sameShape } = context;
  const witness = witnessOf(folder, client, group, takeText(input));
  if (witness < 0) {
    input.broken = true;
    return;
  }
  const { columns } = folder.witnesses;
  columns.answeredAfterMs[witness] = takeTime(input, baseMs);
  columns.head[witness] = bucket;
  const buckets = takeCount(input);
  for (let i = 0; i < buckets; i++) {
    const [age, answered, failed] = [takeInt(input), takeInt(input), takeInt(input)];
    if (!sameShape || age >= folder.shape.long) continue;
    addToWitness(columns, folder.shape, witness, bucket - age, answered, failed);
  }
  const connections = takeCount(input);
  for (let i = 0; i < connections && !input.broken; i++) takeConnection(context, client, witness);
}

function takeConnection({ folder, input, baseMs }: Context, client: number, witness: number): void {
  const slot = openConnection(folder, client, witness, takeInt(input));
  if (slot < 0) {
    input.broken = true;
    return;
  }
  const { state, everReady, excused, stalledMs, lastRowMs } = folder.connections.columns;
  const { ready, waiting } = folder.witnesses.columns;
  const bits = takeInt(input);
  state[slot] = bits % everReadyBit;
  everReady[slot] = Math.floor(bits / everReadyBit) % 2;
  excused[slot] = Math.floor(bits / excusedBit) % 2;
  stalledMs[slot] = takeInt(input);
  lastRowMs[slot] = takeTime(input, baseMs);
  if (connectionStates[state[slot] as number] === 'ready') {
    ready[witness] = (ready[witness] as number) + 1;
  }
  if ((stalledMs[slot] as number) > 0) waiting[witness] = (waiting[witness] as number) + 1;
}

function takeTime(input: Reader, baseMs: number): number {
  const age = takeInt(input);
  return age === 0 ? 0 : baseMs - age + 1;
}

function takeOffset(input: Reader): number {
  const packed = takeInt(input);
  if (packed === 0) return Number.POSITIVE_INFINITY;
  return packed % 2 === 1 ? (packed - 1) / 2 : -packed / 2;
}
