// One story at one receiver: the alerts that are told together there, what it was last told, and from
// when on there is something to say. Everything that decides *when* is kept as counts, so that a
// group of ten thousand alerts hears of one more without looking at the others; only when it is time
// to speak are all of them read.

import {
  type Alert,
  type Labels,
  type Notice,
  type Severity,
  severities,
} from '@regionpilot/protocol';
import type { Rhythm } from '../route.ts';
import { rankOf } from './merge.ts';

/** How an alert counts at receivers. `gone`: resolved, pending, or no longer routed here. */
export type Stand = 'firing' | 'muted' | 'gone';

export type Member = {
  alert: Alert;
  stand: Stand;
  rhythms: readonly Rhythm[];
};

/** What the receiver knows. It is what its last notice said, and all that a restart needs. */
export type Told = {
  seq: number;
  atMs: number;
  /** Told firing and not yet told resolved; empty: the story is closed. */
  firing: Set<string>;
  flapping: Set<string>;
  severity: Severity | null;
  ackedBy: string | null;
};

export type Group = {
  readonly receiver: string;
  readonly dedupKey: string;
  readonly labels: Labels;
  /** By fingerprint: who fires, is muted, or is gone and not yet told so. */
  readonly members: Map<string, Member>;
  readonly rhythms: Map<Rhythm, number>;
  /** The shortest of its members'. */
  rhythm: Rhythm;
  /** By rank of severity; of the muted only those that were told, for nobody waits for the others. */
  readonly firing: number[];
  readonly muted: number[];
  told: Told;
  /** Since when it has a first, or a more urgent, thing to say. */
  waitFromMs: number | null;
  urgentFromMs: number | null;
  /** Since when there may be something new to say to an open story. */
  changedFromMs: number | null;
  /** Newest cause of that. */
  causeMs: number | null;
  dueMs: number;
  /** The earliest time it stands in the queue with. */
  queuedMs: number;
};

const never = Number.POSITIVE_INFINITY;
const noRhythm: Rhythm = { groupWaitMs: 0, groupIntervalMs: 0, repeatIntervalMs: 0 };

export function createGroup(about: Pick<Group, 'receiver' | 'dedupKey' | 'labels'>): Group {
  return {
    ...about,
    members: new Map(),
    rhythms: new Map(),
    rhythm: noRhythm,
    firing: severities.map(() => 0),
    muted: severities.map(() => 0),
    told: nothingTold(),
    waitFromMs: null,
    urgentFromMs: null,
    changedFromMs: null,
    causeMs: null,
    dueMs: never,
    queuedMs: never,
  };
}

export function isOpen(group: Group): boolean {
  return group.told.firing.size > 0;
}

export function firingCount(group: Group): number {
  return group.firing.reduce((sum, count) => sum + count, 0);
}

export function mutedCount(group: Group): number {
  return group.muted.reduce((sum, count) => sum + count, 0);
}

/** The most urgent rank with a count; undefined: none fires. */
export function worstRank(...counts: readonly (readonly number[])[]): number | undefined {
  const rank = severities.findIndex((_, at) => counts.some((count) => (count[at] ?? 0) > 0));
  return rank === -1 ? undefined : rank;
}

/** An alert is routed here, changed, or turned muted: O(1), whatever the size of the group. */
export function place(group: Group, member: Member, nowMs: number, causeMs: number): void {
  const { fingerprint } = member.alert;
  const before = group.members.get(fingerprint);
  if (before !== undefined) count(group, before, -1);
  const told = group.told.firing.has(fingerprint);
  const kept = member.stand !== 'gone' || told;
  if (kept) group.members.set(fingerprint, member);
  else group.members.delete(fingerprint);
  if (kept) count(group, member, 1);
  swapRhythms(group, before?.rhythms ?? [], kept ? member.rhythms : []);
  if (!member.alert.flapping) group.told.flapping.delete(fingerprint);
  noteChange(group, member, nowMs, causeMs);
  startWaits(group, nowMs);
}

/** What a notice that goes out, or is found in the log, tells the receiver. */
export function toldBy(notice: Omit<Notice, 'v' | 'kind' | 'term'>): Told {
  const firing = new Set(notice.firing);
  const flapping = notice.alerts.filter((alert) => alert.flapping && firing.has(alert.fingerprint));
  return {
    seq: notice.seq,
    atMs: notice.atMs,
    firing,
    flapping: new Set(flapping.map((alert) => alert.fingerprint)),
    severity: notice.severity,
    ackedBy: notice.ackedBy,
  };
}

/** The log knows of a newer notice than we do. */
export function adoptTold(group: Group, told: Told): void {
  group.told = told;
  group.firing.fill(0);
  group.muted.fill(0);
  for (const member of group.members.values()) count(group, member, 1);
}

/** Forgets who is gone, now that the receiver knows; the waits begin anew. */
export function settleAfterTelling(group: Group, nowMs: number): void {
  for (const [fingerprint, member] of group.members) {
    if (member.stand !== 'gone') continue;
    group.members.delete(fingerprint);
    swapRhythms(group, member.rhythms, []);
  }
  group.changedFromMs = null;
  group.causeMs = null;
  group.waitFromMs = null;
  group.urgentFromMs = null;
  startWaits(group, nowMs);
}

function nothingTold(): Told {
  return {
    seq: 0,
    atMs: Number.NEGATIVE_INFINITY,
    firing: new Set(),
    flapping: new Set(),
    severity: null,
    ackedBy: null,
  };
}

function count(group: Group, member: Member, by: number): void {
  if (member.stand === 'gone') return;
  if (member.stand === 'muted' && !group.told.firing.has(member.alert.fingerprint)) return;
  const counts = member.stand === 'firing' ? group.firing : group.muted;
  const rank = rankOf(member.alert.severity);
  counts[rank] = (counts[rank] ?? 0) + by;
}

function noteChange(group: Group, member: Member, nowMs: number, causeMs: number): void {
  const { stand, alert } = member;
  const told = group.told.firing.has(alert.fingerprint);
  const newFlap = alert.flapping && told && !group.told.flapping.has(alert.fingerprint);
  const turned = stand === 'firing' ? !told || newFlap : stand === 'gone' && told;
  const worst = worstRank(group.firing, group.muted);
  const other = told && worst !== undefined && worst !== rankOf(group.told.severity ?? 'info');
  if (!turned && !other) return;
  group.changedFromMs ??= nowMs;
  group.causeMs = Math.max(group.causeMs ?? 0, causeMs);
}

function startWaits(group: Group, nowMs: number): void {
  const worst = worstRank(group.firing);
  const open = isOpen(group);
  const urgent = open && worst === 0 && group.told.severity !== 'page';
  group.waitFromMs = open || worst === undefined ? null : (group.waitFromMs ?? nowMs);
  group.urgentFromMs = urgent ? (group.urgentFromMs ?? nowMs) : null;
}

function swapRhythms(group: Group, from: readonly Rhythm[], to: readonly Rhythm[]): void {
  if (from === to) return;
  const known = group.rhythms.size;
  for (const rhythm of to) group.rhythms.set(rhythm, (group.rhythms.get(rhythm) ?? 0) + 1);
  const added = group.rhythms.size !== known;
  let removed = false;
  for (const rhythm of from) {
    const left = (group.rhythms.get(rhythm) ?? 0) - 1;
    if (left > 0) group.rhythms.set(rhythm, left);
    else removed = group.rhythms.delete(rhythm) || removed;
  }
  if ((added || removed) && group.rhythms.size > 0)
    group.rhythm = shortest([...group.rhythms.keys()]);
}

/** A repeat of 0 is none at all, so any other is shorter. */
function shortest(rhythms: readonly Rhythm[]): Rhythm {
  const repeats = rhythms.map((rhythm) => rhythm.repeatIntervalMs).filter((ms) => ms > 0);
  return {
    groupWaitMs: Math.min(...rhythms.map((rhythm) => rhythm.groupWaitMs)),
    groupIntervalMs: Math.min(...rhythms.map((rhythm) => rhythm.groupIntervalMs)),
    repeatIntervalMs: repeats.length === 0 ? 0 : Math.min(...repeats),
  };
}
