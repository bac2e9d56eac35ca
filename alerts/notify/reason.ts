// When a group speaks, and why. The reasons are Alertmanager's (notify.DedupStage.needsUpdate): first,
// added, some resolved, all resolved, repeat; and ours: a story that got worse does not wait for its
// interval, one that flaps says so once, one that got better says that too.
//
// One rhythm differs on purpose: Alertmanager sends the last resolve at the next group interval, we
// send it at once, because whoever was paged should not stay so for five minutes longer than needed.
// A fire and resolve within the group wait still tell nobody, and what is refired is a new story.

import type { NoticeReason } from '@regionpilot/protocol';
import { firingCount, type Group, isOpen, mutedCount, worstRank } from './group.ts';
import { rankOf } from './merge.ts';

/** What is outside the group but decides about it. */
export type Around = {
  /** Somebody has it. */
  readonly ackedBy: string | null;
  /** The receiver keeps acknowledgements and does not know of this one. */
  readonly owesAck: boolean;
  /** Repeats go on although somebody has it. */
  readonly repeatsAcked: boolean;
};

const never = Number.POSITIVE_INFINITY;

/** The next moment at which `reasonAt` may find something; from counts alone. */
export function dueAt(group: Group, around: Around): number {
  const { rhythm, told, waitFromMs, urgentFromMs } = group;
  if (!isOpen(group)) return waitFromMs === null ? never : waitFromMs + rhythm.groupWaitMs;
  if (around.owesAck) return told.atMs;
  if (firingCount(group) === 0) return mutedCount(group) === 0 ? told.atMs : never;
  return Math.min(
    urgentFromMs === null ? never : urgentFromMs + rhythm.groupWaitMs,
    changeDueAt(group),
    repeats(group, around) ? told.atMs + rhythm.repeatIntervalMs : never,
  );
}

/**
 * The interval after the last notice, and the group wait again: in a story that was quiet for long,
 * the first of five changes must not go alone and make the other four wait for the next interval.
 */
function changeDueAt({ rhythm, told, changedFromMs }: Group): number {
  if (changedFromMs === null) return never;
  return Math.max(told.atMs + rhythm.groupIntervalMs, changedFromMs + rhythm.groupWaitMs);
}

/** Why it speaks now, once `dueAt` is reached; null: there is nothing to say after all. */
export function reasonAt(group: Group, around: Around, nowMs: number): NoticeReason | null {
  if (!isOpen(group)) return firingCount(group) > 0 ? 'first' : null;
  if (firingCount(group) === 0 && mutedCount(group) === 0) return 'allResolved';
  if (around.owesAck) return 'acknowledged';
  if (firingCount(group) === 0) return null;
  return changeReason(group) ?? (repeatIsDue(group, around, nowMs) ? 'repeat' : null);
}

function changeReason(group: Group): NoticeReason | null {
  const told = rankOf(group.told.severity ?? 'info');
  if ((worstRank(group.firing) ?? told) < told) return 'escalated';
  const { added, flapping } = newcomers(group);
  if (added) return 'alertsAdded';
  if (flapping) return 'flapping';
  if (someGone(group)) return 'someResolved';
  return (worstRank(group.firing, group.muted) ?? told) > told ? 'downgraded' : null;
}

function newcomers(group: Group): { readonly added: boolean; readonly flapping: boolean } {
  let [added, flapping] = [false, false];
  for (const [fingerprint, { stand, alert }] of group.members) {
    if (stand !== 'firing') continue;
    added ||= !group.told.firing.has(fingerprint);
    flapping ||= alert.flapping && !group.told.flapping.has(fingerprint);
  }
  return { added, flapping };
}

function someGone(group: Group): boolean {
  for (const fingerprint of group.told.firing) {
    if ((group.members.get(fingerprint)?.stand ?? 'gone') === 'gone') return true;
  }
  return false;
}

function repeats(group: Group, { ackedBy, repeatsAcked }: Around): boolean {
  return group.rhythm.repeatIntervalMs > 0 && (ackedBy === null || repeatsAcked);
}

function repeatIsDue(group: Group, around: Around, nowMs: number): boolean {
  return repeats(group, around) && nowMs >= group.told.atMs + group.rhythm.repeatIntervalMs;
}
