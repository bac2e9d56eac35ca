// Who has it. An acknowledgement belongs to a dedup key, so it quiets every receiver of the story; it
// ends with the story, when it gets worse, or when it is taken back.
//
// After a restart only the newest notice of each receiver is left to tell whether an old ack is still
// in effect: one that the last notice knew of is, one that came after it is, any other belonged to a
// story that has ended since. In doubt (the same millisecond) it is not: told twice beats not told.

import type { Ack } from '@regionpilot/protocol';
import { type Group, isOpen } from './group.ts';
import type { Prepared } from './prepared.ts';
import type { Around } from './reason.ts';
import type { NotifierState } from './state.ts';

/** Hearing one again, or an older one, changes nothing. */
export function applyAck(state: NotifierState, ack: Ack): void {
  const heard = state.heardAcks.get(ack.dedupKey);
  if (heard !== undefined && (heard.atMs > ack.atMs || isSame(heard, ack))) return;
  state.heardAcks.set(ack.dedupKey, ack);
  const groups = state.byDedupKey.get(ack.dedupKey) ?? [];
  if (!ack.acked) state.acks.delete(ack.dedupKey);
  else if (groups.some((group) => isOpen(group) && beganBy(group, ack.atMs))) {
    state.acks.set(ack.dedupKey, ack);
  }
  for (const group of groups) state.stirred.add(group);
}

/** After the log was read: which of the acks in it still count. */
export function reviveAcks(state: NotifierState): void {
  for (const [dedupKey, ack] of state.heardAcks) {
    const newest = newestOpen(state.byDedupKey.get(dedupKey) ?? []);
    const known = newest.some(({ told }) => told.ackedBy !== null || ack.atMs > told.atMs);
    if (ack.acked && known) state.acks.set(dedupKey, ack);
  }
}

/** The story got worse: whoever had it has to look again. */
export function dropAck(state: NotifierState, dedupKey: string): void {
  if (!state.acks.delete(dedupKey)) return;
  for (const group of state.byDedupKey.get(dedupKey) ?? []) state.stirred.add(group);
}

export function dropAckOfClosed(state: NotifierState, dedupKey: string): void {
  if (!state.byDedupKey.get(dedupKey)?.some(isOpen)) state.acks.delete(dedupKey);
}

export function aroundOf(state: NotifierState, prepared: Prepared, group: Group): Around {
  const ack = state.acks.get(group.dedupKey);
  const kind = prepared.receivers.get(group.receiver)?.kind;
  const elsewhere = ack !== undefined && ack.source !== 'pagerduty';
  return {
    ackedBy: ack?.author ?? null,
    owesAck: kind === 'pagerduty' && elsewhere && group.told.ackedBy === null,
    repeatsAcked: kind === 'alertmanager',
  };
}

/** A webhook may come late: an ack older than all that fires was meant for a story that has ended. */
function beganBy({ members, told }: Group, atMs: number): boolean {
  for (const [fingerprint, { alert }] of members) {
    if (told.firing.has(fingerprint) && alert.startsMs <= atMs) return true;
  }
  return false;
}

function newestOpen(groups: readonly Group[]): readonly Group[] {
  const open = groups.filter(isOpen);
  const newestMs = Math.max(...open.map((group) => group.told.atMs));
  return open.filter((group) => group.told.atMs === newestMs);
}

function isSame(a: Ack, b: Ack): boolean {
  return a.atMs === b.atMs && a.acked === b.acked && a.author === b.author;
}
