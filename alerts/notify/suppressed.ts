// What fires and is not being told now, by what holds it back: read when somebody asks. A quiet pager
// is good news only as long as one knows why it is quiet.

import type { Counts, Suppression } from '@regionpilot/protocol';
import { aroundOf } from './acks.ts';
import { type Group, isOpen } from './group.ts';
import type { Prepared } from './prepared.ts';
import type { NotifierState } from './state.ts';

/** Alerts per receiver and reason; an alert counts at each receiver that would hear of it. */
export function suppressedIn(state: NotifierState, prepared: Prepared): Counts {
  const counts = new Map<string, [string, Suppression, number]>();
  for (const group of state.groups.values()) {
    if (!prepared.receivers.has(group.receiver)) continue;
    const reasonOf = reasons(state, prepared, group);
    for (const fingerprint of group.members.keys()) {
      const reason = reasonOf(fingerprint);
      if (reason === null) continue;
      const key = `${group.receiver}\n${reason}`;
      const row = counts.get(key) ?? [group.receiver, reason, 0];
      row[2] += 1;
      counts.set(key, row);
    }
  }
  return [...counts.values()];
}

function reasons(
  state: NotifierState,
  prepared: Prepared,
  group: Group,
): (fingerprint: string) => Suppression | null {
  const { ackedBy, repeatsAcked } = aroundOf(state, prepared, group);
  const isAcked = isOpen(group) && ackedBy !== null && !repeatsAcked;
  return (fingerprint) => {
    switch (group.members.get(fingerprint)?.stand) {
      case 'muted':
        return isSilenced(state, fingerprint) ? 'silenced' : 'inhibited';
      case 'firing':
        if (!group.told.firing.has(fingerprint)) return 'grouped';
        return isAcked ? 'acknowledged' : null;
      case 'gone':
      case undefined:
        return null;
    }
  };
}

function isSilenced({ alerts }: NotifierState, fingerprint: string): boolean {
  return (alerts.get(fingerprint)?.silencedBy.length ?? 0) > 0;
}
