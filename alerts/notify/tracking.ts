// From an alert that was said to the groups that should hear of it: merged with what was known, muted
// or not, and placed where the routes say. An alert that changes touches its own groups and, when it
// begins or ends as the source of an inhibition, the alerts it explains; nothing else.

import type { Alert } from '@regionpilot/protocol';
import { dedupKeyOf } from '../fingerprint.ts';
import type { Rhythm } from '../route.ts';
import { enqueue, takeDue } from './due.ts';
import { type Group, place, type Stand } from './group.ts';
import { createInhibitIndex, isInhibited, rolesOf, takePart } from './inhibition.ts';
import { expire, isFiring, mergeAlert } from './merge.ts';
import { type Prepared, rhythmFor, wantsEveryAlert } from './prepared.ts';
import { groupByAll, groupLabelsOf, type RouteNode, routesFor, viewOf } from './routing.ts';
import { silencersOf } from './silencing.ts';
import { type Entry, groupOf, type NotifierState } from './state.ts';

/** Proof that rules are evaluated: it makes the heartbeat, and nobody is told of it otherwise. */
export const watchdogName = 'watchdog';

/** A resolved alert is remembered this long, to know an old word of it as old. ms. */
const keepResolvedMs = 3_600_000;

/** Merges; works nothing out yet. */
export function note(state: NotifierState, said: Alert, causeMs: number): Entry {
  const known = state.alerts.get(said.fingerprint);
  const alert = known === undefined ? said : mergeAlert(known.alert, said);
  const entry = known ?? newEntry(alert, causeMs);
  entry.alert = alert;
  entry.causeMs = causeMs;
  state.alerts.set(said.fingerprint, entry);
  return entry;
}

export function hear(state: NotifierState, prepared: Prepared, said: Alert, causeMs: number): void {
  const before = state.alerts.get(said.fingerprint)?.alert.severity;
  const entry = note(state, expire(said, state.nowMs), causeMs);
  const { fingerprint, severity } = entry.alert;
  const moved = before === severity ? [] : workOut(state, prepared, entry);
  const turned = takePart(entry.roles, fingerprint, isFiring(entry.alert));
  stand(state, entry);
  settleAll(state, [...moved, ...turned]);
  remindOfEnd(state, entry.alert);
}

/** Everything anew, for a config that is new or was not known before. */
export function workOutAll(state: NotifierState, prepared: Prepared): void {
  state.inhibit = createInhibitIndex(prepared.inhibit);
  const entries = [...state.alerts.values()];
  for (const entry of entries) {
    entry.roles = [];
    workOut(state, prepared, entry);
  }
  for (const { roles, alert } of entries) takePart(roles, alert.fingerprint, isFiring(alert));
  for (const entry of entries) stand(state, entry);
}

/** A silence began or ended: also for who does not fire now, or it would be muted when it does again. */
export function silenceAgain(state: NotifierState): void {
  for (const entry of state.alerts.values()) {
    const silencedBy = silencersOf(state.silences, entry.view);
    if (silencedBy.length === 0 && entry.silencedBy.length === 0) continue;
    entry.silencedBy = silencedBy;
    if (!isFiring(entry.alert)) continue;
    entry.causeMs = state.nowMs;
    stand(state, entry);
  }
}

/** Alerts nobody said again in time, and resolved ones nobody needs any more. */
export function endOverdue(state: NotifierState): void {
  for (let due = takeDue(state.expiries, state.nowMs); due; ) {
    const entry = state.alerts.get(due.item);
    if (entry !== undefined) endIfOverdue(state, entry);
    due = takeDue(state.expiries, state.nowMs);
  }
  for (let due = takeDue(state.resolved, state.nowMs); due; ) {
    const entry = state.alerts.get(due.item);
    const old =
      entry?.alert.state === 'resolved' && entry.alert.updatedMs <= due.atMs - keepResolvedMs;
    if (old) state.alerts.delete(due.item);
    due = takeDue(state.resolved, state.nowMs);
  }
}

/** When it will end by itself, or be forgotten. */
export function remindOfEnd(state: NotifierState, alert: Alert): void {
  if (alert.state === 'resolved') {
    enqueue(state.resolved, alert.updatedMs + keepResolvedMs, alert.fingerprint);
  } else if (alert.expiresMs !== null) {
    enqueue(state.expiries, alert.expiresMs, alert.fingerprint);
  }
}

/** What follows from labels and severity; answers whose muting may have turned by that. */
function workOut(state: NotifierState, prepared: Prepared, entry: Entry): string[] {
  const { alert } = entry;
  const turned = takePart(entry.roles, alert.fingerprint, false);
  entry.view = viewOf(alert);
  entry.roles = rolesOf(state.inhibit, entry.view);
  entry.silencedBy = silencersOf(state.silences, entry.view);
  const places = placesOf(state, prepared, alert);
  for (const [group, rhythms] of entry.places) {
    if (!places.has(group)) put(state, entry, group, 'gone', rhythms);
  }
  entry.places = places;
  return turned;
}

function endIfOverdue(state: NotifierState, entry: Entry): void {
  const alert = expire(entry.alert, state.nowMs);
  if (alert === entry.alert) return;
  entry.alert = alert;
  entry.causeMs = alert.updatedMs;
  const turned = takePart(entry.roles, alert.fingerprint, false);
  stand(state, entry);
  settleAll(state, turned);
  remindOfEnd(state, alert);
}

function newEntry(alert: Alert, causeMs: number): Entry {
  const nowhere = { places: new Map(), silencedBy: [], roles: [], stand: 'gone' } as const;
  return { alert, causeMs, view: viewOf(alert), ...nowhere };
}

function settleAll(state: NotifierState, fingerprints: readonly string[]): void {
  for (const fingerprint of fingerprints) {
    const entry = state.alerts.get(fingerprint);
    if (entry === undefined || standOf(entry) === entry.stand) continue;
    entry.causeMs = state.nowMs;
    stand(state, entry);
  }
}

function stand(state: NotifierState, entry: Entry): void {
  entry.stand = standOf(entry);
  for (const [group, rhythms] of entry.places) {
    countHidden(state, entry, group);
    put(state, entry, group, entry.stand, rhythms);
  }
}

function standOf(entry: Entry): Stand {
  if (!isFiring(entry.alert)) return 'gone';
  return entry.silencedBy.length > 0 || isInhibited(entry.roles) ? 'muted' : 'firing';
}

function put(
  state: NotifierState,
  { alert, causeMs }: Entry,
  group: Group,
  stand: Stand,
  rhythms: readonly Rhythm[],
): void {
  place(group, { alert, stand, rhythms }, state.nowMs, causeMs);
  state.stirred.add(group);
}

function countHidden(state: NotifierState, entry: Entry, group: Group): void {
  const { fingerprint } = entry.alert;
  if (entry.stand !== 'muted' || entry.silencedBy.length === 0) return;
  const news =
    !group.told.firing.has(fingerprint) && group.members.get(fingerprint)?.stand !== 'muted';
  for (const id of entry.silencedBy) {
    const silencing = state.silences.get(id);
    silencing?.hid.add(fingerprint);
    if (silencing !== undefined && news) silencing.notices += 1;
  }
}

function placesOf(
  state: NotifierState,
  prepared: Prepared,
  alert: Alert,
): ReadonlyMap<Group, readonly Rhythm[]> {
  const places = new Map<Group, readonly Rhythm[]>();
  if (alert.labels['alertname'] === watchdogName) return places;
  for (const node of routesFor(prepared.root, viewOf(alert))) {
    for (const receiver of node.receivers) {
      const group = groupFor(state, prepared, node, receiver, alert);
      const rhythm = rhythmFor(prepared, node, receiver);
      places.set(group, [...(places.get(group) ?? []), rhythm]);
    }
  }
  return places;
}

function groupFor(
  state: NotifierState,
  prepared: Prepared,
  node: RouteNode,
  receiver: string,
  alert: Alert,
): Group {
  const groupBy = wantsEveryAlert(prepared, receiver) ? [groupByAll] : node.groupBy;
  const labels = groupLabelsOf(groupBy, alert);
  const dedupKey = dedupKeyOf(prepared.config.deployment, labels);
  return groupOf(state, { receiver, dedupKey, labels });
}
