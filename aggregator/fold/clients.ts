// Which batches count: each once, in order, of the boot that is running. The log may repeat a batch
// (its promise is at-least-once), so (client, boot, seq) decides, and a jump of `seq` is the exact
// number of batches nobody will ever see.

import type { Batch } from '@regionpilot/protocol';
import { dropReasons } from '@regionpilot/protocol';
import { addCapped, foldLimits } from './limits.ts';
import { releaseMemberships } from './members.ts';
import { dropName, type Names, useName } from './names.ts';
import type { Folder } from './state.ts';
import { freeSlot, liveSlots, takeSlot } from './table.ts';

export const presences = { here: 1, saidGoodbye: 2 } as const;

export type Admission =
  | { readonly kind: 'new'; readonly client: number }
  | { readonly kind: 'repeat' }
  | { readonly kind: 'noRoom' };

const repeat: Admission = { kind: 'repeat' };
const noRoom: Admission = { kind: 'noRoom' };

export function admitBatch(folder: Folder, batch: Batch): Admission {
  const known = folder.clientSlots.get(batch.client);
  if (known === undefined) return addClient(folder, batch);
  if (folder.boots[known] !== batch.boot) {
    // Only the boot before this one can still have batches under way.
    if (folder.previousBoots[known] === batch.boot) return repeat;
    if (!roomFor(folder.homes, batch.home, foldLimits.homes)) return noRoom;
    beginBoot(folder, known, batch);
  }
  const { lastSeq } = folder.clients.columns;
  const last = lastSeq[known] as number;
  if (batch.seq <= last) return repeat;
  folder.accounts.gaps = addCapped(folder.accounts.gaps, batch.seq - last - 1);
  lastSeq[known] = batch.seq;
  return { kind: 'new', client: known };
}

/** What an admitted batch says of the client as a whole. */
export function noteHeader(folder: Folder, client: number, batch: Batch, appendedMs: number): void {
  const { lastSeenMs, presence, declared } = folder.clients.columns;
  lastSeenMs[client] = Math.max(lastSeenMs[client] as number, appendedMs);
  presence[client] = batch.bye ? presences.saidGoodbye : presences.here;
  const now = declaredBy(batch);
  const more = now - (declared[client] as number);
  if (more <= 0) return;
  folder.accounts.declaredDrops = addCapped(folder.accounts.declaredDrops, more);
  declared[client] = now;
}

export function forgetClient(folder: Folder, client: number): void {
  releaseMemberships(folder, client);
  const { home, domain } = folder.clients.columns;
  dropName(folder.homes, home[client] as number);
  dropName(folder.domains, domain[client] as number);
  folder.clientSlots.delete(folder.clientNames[client] as string);
  folder.clientNames[client] = '';
  folder.boots[client] = '';
  folder.previousBoots[client] = '';
  freeSlot(folder.clients, client);
}

// What a client said before we met it is in nobody's account here: no gap, no drop of ours.
function addClient(folder: Folder, batch: Batch): Admission {
  if (liveSlots(folder.clients) >= foldLimits.clients) return noRoom;
  if (!roomFor(folder.homes, batch.home, foldLimits.homes)) return noRoom;
  const client = takeSlot(folder.clients);
  const { columns } = folder.clients;
  folder.clientSlots.set(batch.client, client);
  folder.clientNames[client] = batch.client;
  folder.boots[client] = batch.boot;
  folder.previousBoots[client] = '';
  columns.lastSeq[client] = batch.seq;
  columns.declared[client] = batch.seq === 0 ? 0 : declaredBy(batch);
  columns.home[client] = useName(folder.homes, batch.home);
  columns.domain[client] = useName(folder.domains, batch.domain);
  columns.offsetMs[client] = Number.POSITIVE_INFINITY;
  columns.offsetBeforeMs[client] = Number.POSITIVE_INFINITY;
  return { kind: 'new', client };
}

// A new process: the old one's connections died with it, whether or not it could say so.
function beginBoot(folder: Folder, client: number, batch: Batch): void {
  releaseMemberships(folder, client);
  const { columns } = folder.clients;
  folder.previousBoots[client] = folder.boots[client] as string;
  folder.boots[client] = batch.boot;
  columns.lastSeq[client] = -1;
  columns.declared[client] = 0;
  columns.home[client] = rename(folder.homes, columns.home[client] as number, batch.home);
  columns.domain[client] = rename(folder.domains, columns.domain[client] as number, batch.domain);
}

function rename(names: Names, id: number, name: string): number {
  if (names.list[id] === name) return id;
  dropName(names, id);
  return useName(names, name);
}

function declaredBy({ dropped }: Batch): number {
  let sum = 0;
  for (const reason of dropReasons) sum = addCapped(sum, dropped[reason] ?? 0);
  return sum;
}

function roomFor(names: Names, name: string, limit: number): boolean {
  return names.ids.has(name) || names.ids.size < limit;
}
