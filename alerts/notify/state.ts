// Everything the notifier remembers. All of it can be made again from the `alerts` topic: alerts,
// silences and acks are records there, and what receivers were told is the notifier's own notices.

import type { Ack, Alert, Labels, Notice } from '@regionpilot/protocol';
import type { Rhythm } from '../route.ts';
import { createDueQueue, type DueQueue } from './due.ts';
import { createGroup, type Group, type Stand } from './group.ts';
import { createInhibitIndex, type InhibitIndex, type Role } from './inhibition.ts';
import type { Prepared } from './prepared.ts';
import type { Silences } from './silencing.ts';

/** An alert and what is worked out about it once, not at every look. */
export type Entry = {
  alert: Alert;
  causeMs: number;
  /** Labels and `severity`, as matchers see them. */
  view: Labels;
  /** The groups it is told in. */
  places: ReadonlyMap<Group, readonly Rhythm[]>;
  silencedBy: readonly string[];
  roles: readonly Role[];
  stand: Stand;
};

/** Notices that belong to no group: the next number and when the last one went. */
export type Line = { readonly seq: number; readonly atMs: number; readonly causeMs: number };

export type NotifierState = {
  /** The latest moment heard of, ms; it never goes back. */
  nowMs: number;
  /** Null until the log was read. */
  prepared: Prepared | null;
  /** Nothing about a group is said before. */
  sendFromMs: number;
  readonly alerts: Map<string, Entry>;
  /** By receiver and dedup key. */
  readonly groups: Map<string, Group>;
  readonly byDedupKey: Map<string, Group[]>;
  readonly due: DueQueue<Group>;
  readonly expiries: DueQueue<string>;
  /** Groups whose due time is to be worked out again. */
  readonly stirred: Set<Group>;
  readonly silences: Silences;
  silenceTurnMs: number;
  inhibit: InhibitIndex;
  /** By dedup key; those in effect. */
  readonly acks: Map<string, Ack>;
  /** The newest word on each key, in effect or not. */
  readonly heardAcks: Map<string, Ack>;
  /** What groups were last told by the log, until `begin` has seen to them. */
  readonly restored: Map<Group, Notice>;
  /** Heartbeats, probes and change events, by receiver and dedup key. */
  readonly lines: Map<string, Line>;
  /** Resolved alerts, oldest first, kept a while so that an old word of them is known as old. */
  readonly resolved: DueQueue<string>;
};

export function createNotifier(): NotifierState {
  return {
    nowMs: Number.NEGATIVE_INFINITY,
    prepared: null,
    sendFromMs: Number.POSITIVE_INFINITY,
    alerts: new Map(),
    groups: new Map(),
    byDedupKey: new Map(),
    due: createDueQueue(),
    expiries: createDueQueue(),
    stirred: new Set(),
    silences: new Map(),
    silenceTurnMs: Number.NEGATIVE_INFINITY,
    inhibit: createInhibitIndex([]),
    acks: new Map(),
    heardAcks: new Map(),
    restored: new Map(),
    lines: new Map(),
    resolved: createDueQueue(),
  };
}

export function lineKey(receiver: string, dedupKey: string): string {
  return `${receiver}/${dedupKey}`;
}

export function groupOf(
  state: NotifierState,
  about: Pick<Group, 'receiver' | 'dedupKey' | 'labels'>,
): Group {
  const key = lineKey(about.receiver, about.dedupKey);
  const known = state.groups.get(key);
  if (known !== undefined) return known;
  const group = createGroup(about);
  state.groups.set(key, group);
  const sameKey = state.byDedupKey.get(about.dedupKey);
  if (sameKey === undefined) state.byDedupKey.set(about.dedupKey, [group]);
  else sameKey.push(group);
  return group;
}
