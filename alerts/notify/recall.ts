// What a restart has to work out that the log does not say in so many words.

import type { Notice } from '@regionpilot/protocol';
import { type Group, isOpen, place } from './group.ts';
import type { Prepared } from './prepared.ts';
import type { NotifierState } from './state.ts';

/**
 * A receiver that gets no resolves has none in the log. An alert that began after the last notice
 * must have been resolved since, so it is news.
 */
export function forgetUnsentResolves(state: NotifierState, prepared: Prepared): void {
  for (const { receiver, told } of state.groups.values()) {
    if (prepared.receivers.get(receiver)?.sendResolved !== false) continue;
    for (const fingerprint of told.firing) {
      const startsMs = state.alerts.get(fingerprint)?.alert.startsMs ?? told.atMs;
      if (startsMs > told.atMs) told.firing.delete(fingerprint);
    }
  }
}

/** Who was told firing and no longer is routed here (or known at all) is gone, and to be told so. */
export function restoreMembers(state: NotifierState, group: Group, notice: Notice): void {
  const words = new Map(notice.alerts.map((alert) => [alert.fingerprint, alert]));
  for (const fingerprint of group.told.firing) {
    if (group.members.has(fingerprint)) continue;
    const alert = state.alerts.get(fingerprint)?.alert ?? words.get(fingerprint);
    if (alert === undefined) continue;
    place(group, { alert, stand: 'gone', rhythms: [] }, state.nowMs, alert.updatedMs);
  }
  group.changedFromMs ??= state.nowMs;
  state.stirred.add(group);
}

/** The wait before a first notice began when the alert did, not when we came back. */
export function resumeWait(state: NotifierState, group: Group): void {
  state.stirred.add(group);
  if (isOpen(group) || group.waitFromMs === null) return;
  const firing = [...group.members.values()].filter(({ stand }) => stand === 'firing');
  group.waitFromMs = Math.min(state.nowMs, ...firing.map(({ alert }) => alert.updatedMs));
}

/** A silence that ended while nobody was here hid whatever fired during it. */
export function recallHidden(state: NotifierState): void {
  for (const silencing of state.silences.values()) {
    const { startsMs, endsMs } = silencing.silence;
    if (endsMs > state.nowMs) continue;
    for (const { alert, view } of state.alerts.values()) {
      const during = alert.startsMs < endsMs && (alert.endsMs ?? endsMs) > startsMs;
      if (during && silencing.matches(view)) silencing.hid.add(alert.fingerprint);
    }
  }
}
