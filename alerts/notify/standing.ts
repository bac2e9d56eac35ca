// How an alert stands with the people it is for: muted by what, taken by whom, told where. For lists,
// pages and `show`; it shows a silence the moment it is set, not at the next notice.

import { type Group, isOpen } from './group.ts';
import { inhibitorsOf } from './inhibition.ts';
import type { NotifierState } from './state.ts';

export type ReceiverStanding = {
  readonly receiver: string;
  readonly dedupKey: string;
  /** The receiver holds it as firing. */
  readonly told: boolean;
  /** Number and time of the last notice of its group; 0 and null: none yet. */
  readonly seq: number;
  readonly toldMs: number | null;
  /** When the group may speak next; null: nothing is planned. */
  readonly nextMs: number | null;
};

export type Standing = {
  readonly silencedBy: readonly string[];
  /** Fingerprints. */
  readonly inhibitedBy: readonly string[];
  readonly ackedBy: string | null;
  readonly receivers: readonly ReceiverStanding[];
};

/** Of an alert nobody heard of: muted by nothing, told nowhere. */
export function standingOf(state: NotifierState, fingerprint: string): Standing {
  const entry = state.alerts.get(fingerprint);
  const groups = [...(entry?.places.keys() ?? [])];
  const acks = groups.flatMap(({ dedupKey }) => state.acks.get(dedupKey) ?? []);
  return {
    silencedBy: entry?.silencedBy ?? [],
    inhibitedBy: inhibitorsOf(entry?.roles ?? []),
    ackedBy: acks[0]?.author ?? null,
    receivers: groups.map((group) => receiverStanding(group, fingerprint)),
  };
}

function receiverStanding(group: Group, fingerprint: string): ReceiverStanding {
  const { receiver, dedupKey, told, dueMs } = group;
  return {
    receiver,
    dedupKey,
    told: isOpen(group) && told.firing.has(fingerprint),
    seq: told.seq,
    toldMs: told.seq === 0 ? null : told.atMs,
    nextMs: Number.isFinite(dueMs) ? dueMs : null,
  };
}
