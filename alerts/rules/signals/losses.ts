// Lag and loss of one events partition. Its counters only grow, until a new owner restores an older
// snapshot and counts the same records again. So a fall is a restart, and what lies below the highest
// offset seen was counted before: only growth beyond it is a loss.

import type { PartitionAccounts } from '@regionpilot/protocol';
import type { Fact } from '../../fact.ts';
import { addSlot, sinceSlots } from './recent.ts';
import type { Heard } from './sample.ts';
import type { Accounts, World } from './world.ts';

const lossWindowMs = 300_000;
const slotMs = 10_000;
/** The log itself was begun anew if the highest offset was not reached again for this long. ms. */
const offsetTrustMs = 600_000;

export function hearAccounts(
  { accounts }: World,
  { partial, atMs }: Extract<Fact, { readonly kind: 'partial' }>,
  nowMs: number,
  heard: Heard,
): void {
  const known = accounts.get(partial.partition);
  const { offset, lagRecords, gaps, declaredDrops, rejected } = partial.accounts;
  if (known !== undefined && isOld(known, atMs, partial.accounts)) return;
  const lost = gaps + declaredDrops + rejected;
  const next = after(known, {
    heardMs: atMs,
    lagRecords,
    offset,
    offsetMs: atMs,
    lost,
    losses: [],
  });
  accounts.set(partial.partition, next);
  const labels = { partition: String(partial.partition) };
  heard.samples.push({ signal: 'consumerLagRecords', labels, value: lagRecords });
  heard.samples.push({ signal: 'eventsLost', labels, value: lostLately(next, nowMs) });
}

/** Each group's partial carries the accounts of the partition: the first of a moment is enough. */
function isOld(known: Accounts, atMs: number, { offset, lagRecords }: PartitionAccounts): boolean {
  if (atMs !== known.heardMs) return atMs < known.heardMs;
  return offset <= known.offset && lagRecords === known.lagRecords;
}

/** Losses grow old without anybody saying so. */
export function ageLosses({ accounts }: World, nowMs: number, heard: Heard): void {
  for (const [partition, each] of accounts) {
    if (each.losses.length === 0) continue;
    const losses = sinceSlots(each.losses, slotMs, nowMs - lossWindowMs);
    if (losses.length === each.losses.length) continue;
    const next = { ...each, losses };
    accounts.set(partition, next);
    const value = lostLately(next, nowMs);
    heard.samples.push({ signal: 'eventsLost', labels: { partition: String(partition) }, value });
  }
}

function after(known: Accounts | undefined, now: Accounts): Accounts {
  if (known === undefined) return now;
  const anew = now.heardMs - known.offsetMs > offsetTrustMs;
  if (now.offset <= known.offset && !anew) {
    return { ...now, offset: known.offset, offsetMs: known.offsetMs, losses: known.losses };
  }
  const grown = anew ? 0 : Math.max(0, now.lost - known.lost);
  const recent = sinceSlots(known.losses, slotMs, now.heardMs - lossWindowMs);
  return { ...now, losses: addSlot(recent, slotMs, now.heardMs, grown) };
}

function lostLately({ losses }: Accounts, nowMs: number): number {
  const recent = sinceSlots(losses, slotMs, nowMs - lossWindowMs);
  return recent.reduce((sum, [, count]) => sum + count, 0);
}
