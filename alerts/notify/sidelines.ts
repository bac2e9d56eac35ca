// What is told outside any group: changes, reports of silences, the heartbeat and the probe. They
// open nothing at a receiver, so they wait for no group and no start delay: a change is said under a
// key made of its id, and saying it again says nothing new.

import type { Alert, Labels, NoticeAction, NoticeReason } from '@regionpilot/protocol';
import { dedupKeyOf, fingerprintOf } from '../fingerprint.ts';
import type { ChangeEvent } from '../rule.ts';
import type { NoticeDraft } from './input.ts';
import { isFiring } from './merge.ts';
import type { Prepared } from './prepared.ts';
import { routesFor } from './routing.ts';
import { type Silencing, takeUnreported } from './silencing.ts';
import { lineKey, type NotifierState } from './state.ts';
import { watchdogName } from './tracking.ts';

/** `change-` and the id, at most 200 characters; what had to be cut or replaced is told apart by a hash. */
export function changeKeyOf(id: string): string {
  const plain = id.replace(/[^A-Za-z0-9_:-]/gu, '_');
  if (plain === id && id.length <= 193) return `change-${id}`;
  return `change-${plain.slice(0, 176)}-${fingerprintOf({ id })}`;
}

/** Told once per receiver and id, also over restarts. */
export function tellChange(
  state: NotifierState,
  prepared: Prepared,
  change: ChangeEvent,
  causeMs: number,
): NoticeDraft[] {
  const nodes = routesFor(prepared.root, { ...change.labels, severity: 'info' });
  const receivers = nodes.flatMap((node) => node.receivers);
  return onceEach(state, prepared, receivers, { change, reason: 'change', causeMs });
}

/** For silences that ended: what they hid, to whoever gets what no route takes. */
export function reportSilences(state: NotifierState, prepared: Prepared): NoticeDraft[] {
  if (state.nowMs < state.sendFromMs) return [];
  const ended = takeUnreported(state.silences, state.nowMs);
  return ended.flatMap((silencing) => {
    const change = reportOf(silencing);
    const about = { change, reason: 'silenceReport', causeMs: state.nowMs } as const;
    return onceEach(state, prepared, prepared.root.receivers, about);
  });
}

/** The dead-man's switch. Where a watchdog rule is known it beats only while that one fires. */
export function heartbeat(state: NotifierState, prepared: Prepared): NoticeDraft[] {
  const beat = prepared.config.heartbeat;
  if (beat === null || state.nowMs < state.sendFromMs) return [];
  const groupLabels = { alertname: watchdogName };
  const line = lineOf(state, prepared, beat.receiver, groupLabels);
  if (state.nowMs < line.atMs + beat.everyMs) return [];
  const alert = state.alerts.get(fingerprintOf(groupLabels))?.alert;
  if (alert !== undefined && !isFiring(alert)) return [];
  const about = { reason: 'heartbeat', groupLabels, alerts: alert ? [alert] : [] } as const;
  return [say(state, { ...line, ...about, causeMs: state.nowMs })];
}

/** A probe that was told already (its cause is no newer) is not told again. */
export function tellProbe(
  state: NotifierState,
  prepared: Prepared,
  id: string,
  causeMs: number,
): NoticeDraft[] {
  const { probe } = prepared.config;
  if (probe === null) return [];
  const groupLabels = { alertname: 'probe', probe: id };
  const line = lineOf(state, prepared, probe.receiver, groupLabels);
  if (causeMs <= line.causeMs) return [];
  return [say(state, { ...line, reason: 'probe', groupLabels, alerts: [], causeMs })];
}

type About = {
  readonly change: ChangeEvent;
  readonly reason: 'change' | 'silenceReport';
  readonly causeMs: number;
};

function onceEach(
  state: NotifierState,
  prepared: Prepared,
  receivers: readonly string[],
  { change, reason, causeMs }: About,
): NoticeDraft[] {
  const dedupKey = changeKeyOf(change.id);
  const known = [...new Set(receivers)].filter((name) => prepared.receivers.has(name));
  const untold = known.filter((receiver) => !state.lines.has(lineKey(receiver, dedupKey)));
  const about = { reason, groupLabels: change.labels, alerts: [alertOf(change)], causeMs };
  return untold.map((receiver) => say(state, { receiver, dedupKey, seq: 0, ...about }));
}

type Saying = Pick<
  NoticeDraft,
  'receiver' | 'dedupKey' | 'seq' | 'groupLabels' | 'alerts' | 'causeMs'
> & { readonly reason: Extract<NoticeReason, NoticeAction> | 'silenceReport' };

function say(state: NotifierState, saying: Saying): NoticeDraft {
  const { receiver, dedupKey, reason, groupLabels, alerts, causeMs } = saying;
  const seq = saying.seq + 1;
  state.lines.set(lineKey(receiver, dedupKey), { seq, atMs: state.nowMs, causeMs });
  return {
    receiver,
    dedupKey,
    seq,
    action: reason === 'silenceReport' ? 'change' : reason,
    reason,
    severity: 'info',
    groupLabels,
    alerts,
    truncatedAlerts: 0,
    firing: [],
    resolved: [],
    ackedBy: null,
    atMs: state.nowMs,
    causeMs,
  };
}

function lineOf(state: NotifierState, prepared: Prepared, receiver: string, groupLabels: Labels) {
  const dedupKey = dedupKeyOf(prepared.config.deployment, groupLabels);
  const never = { seq: 0, atMs: Number.NEGATIVE_INFINITY, causeMs: Number.NEGATIVE_INFINITY };
  return { receiver, dedupKey, ...(state.lines.get(lineKey(receiver, dedupKey)) ?? never) };
}

function reportOf({ silence, hid, notices }: Silencing): ChangeEvent {
  const { id, author, reason, endsMs } = silence;
  return {
    id: `silence-${id}`,
    labels: { alertname: 'silenceReport', silence: id },
    summary: `Silence ${id} by ${author} ended: it hid ${hid.size} alerts, ${notices} notices`,
    description: `Reason given: ${reason}`,
    annotations: { author, reason, alerts: `${hid.size}`, notices: `${notices}` },
    atMs: endsMs,
  };
}

/** A moment, so it begins and ends at once. */
function alertOf(change: ChangeEvent): Alert {
  const { labels, atMs, summary, description, annotations } = change;
  return {
    fingerprint: fingerprintOf(labels),
    labels,
    severity: 'info',
    state: 'resolved',
    startsMs: atMs,
    endsMs: atMs,
    updatedMs: atMs,
    expiresMs: null,
    summary,
    description,
    annotations,
    value: null,
    flapping: false,
    why: summary,
  };
}
