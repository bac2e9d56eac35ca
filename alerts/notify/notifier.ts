// Alerts in, notices out: who is told what, when, and when not. Its memory is the log's: `remember`
// takes every record of the `alerts` topic, `begin` compares what is true with what was last told,
// and from then on `stepNotify` answers each input with what to say. Hearing something twice, its own
// words included, changes nothing, so a restart at any point goes on with the same keys and numbers.

import type { Alert, AlertsTopicRecord, Notice, Silence } from '@regionpilot/protocol';
import { applyAck, reviveAcks } from './acks.ts';
import { flushDue, scheduleStirred } from './flushing.ts';
import { adoptTold, toldBy } from './group.ts';
import type { NoticeDraft, NotifyInput } from './input.ts';
import { rankOf } from './merge.ts';
import type { Prepared } from './prepared.ts';
import { forgetUnsentResolves, recallHidden, restoreMembers, resumeWait } from './recall.ts';
import { heartbeat, reportSilences, tellChange, tellProbe } from './sidelines.ts';
import { nextTurnMs, rememberSilence, turnSilences } from './silencing.ts';
import { groupOf, lineKey, type NotifierState } from './state.ts';
import { endOverdue, hear, note, remindOfEnd, silenceAgain, workOutAll } from './tracking.ts';

export { type NotifyConfig, type Prepared, prepare } from './prepared.ts';
export { createNotifier, type NotifierState } from './state.ts';

/** Time only goes forward: an earlier `nowMs` than before counts as the one before. */
export function stepNotify(
  state: NotifierState,
  input: NotifyInput,
  prepared: Prepared,
  nowMs: number,
): readonly NoticeDraft[] {
  state.nowMs = Math.max(state.nowMs, nowMs);
  if (state.prepared === null) begin(state, state.nowMs, prepared);
  turn(state);
  endOverdue(state);
  const drafts = take(state, input, prepared);
  turn(state);
  scheduleStirred(state, prepared);
  drafts.push(...flushDue(state, prepared), ...reportSilences(state, prepared));
  drafts.push(...heartbeat(state, prepared));
  return drafts.sort((a, b) => rankOf(a.severity) - rankOf(b.severity));
}

/** What the log holds, in its order: before `begin`, and our own words read back after it. */
export function remember(state: NotifierState, record: AlertsTopicRecord): void {
  switch (record.kind) {
    case 'alert':
      return rememberAlert(state, record.alert);
    case 'notice':
      return rememberNotice(state, record);
    case 'silence':
      return hearSilence(state, record);
    case 'ack':
      if (state.prepared === null) state.heardAcks.set(record.dedupKey, record);
      else applyAck(state, record);
      return;
    case 'sent':
    case 'owner':
    case 'probe':
      return;
  }
}

/** The log was read: from `startDelayMs` on, what differs from what was last told goes out. */
export function begin(state: NotifierState, nowMs: number, prepared: Prepared): void {
  state.nowMs = Math.max(state.nowMs, nowMs);
  state.prepared = prepared;
  state.sendFromMs = state.nowMs + prepared.config.startDelayMs;
  turnSilences(state.silences, state.nowMs);
  forgetUnsentResolves(state, prepared);
  workOutAll(state, prepared);
  for (const { alert } of state.alerts.values()) remindOfEnd(state, alert);
  endOverdue(state);
  recallHidden(state);
  for (const [group, notice] of state.restored) restoreMembers(state, group, notice);
  state.restored.clear();
  reviveAcks(state);
  for (const group of state.groups.values()) resumeWait(state, group);
}

/** A new config: what was told stays told, and what is told by now goes on in its rhythm. */
export function reloadNotifier(state: NotifierState, prepared: Prepared, nowMs: number): void {
  state.nowMs = Math.max(state.nowMs, nowMs);
  state.prepared = prepared;
  workOutAll(state, prepared);
  for (const group of state.groups.values()) state.stirred.add(group);
}

function take(state: NotifierState, input: NotifyInput, prepared: Prepared): NoticeDraft[] {
  switch (input.kind) {
    case 'alert':
      hear(state, prepared, input.alert, input.causeMs);
      return [];
    case 'silence':
      hearSilence(state, input.silence);
      return [];
    case 'ack':
      applyAck(state, input.ack);
      return [];
    case 'change':
      return tellChange(state, prepared, input.change, input.causeMs);
    case 'probe':
      return tellProbe(state, prepared, input.id, input.causeMs);
    case 'tick':
      return [];
  }
}

/** Read back, only a newer word counts: the older ones were heard before. */
function rememberAlert(state: NotifierState, alert: Alert): void {
  const { prepared } = state;
  if (prepared === null) note(state, alert, alert.updatedMs);
  else if ((state.alerts.get(alert.fingerprint)?.alert.updatedMs ?? -1) < alert.updatedMs) {
    hear(state, prepared, alert, alert.updatedMs);
  }
}

function rememberNotice(state: NotifierState, notice: Notice): void {
  switch (notice.action) {
    case 'change':
    case 'heartbeat':
    case 'probe':
    case 'test':
      return rememberLine(state, notice);
    case 'trigger':
    case 'acknowledge':
    case 'resolve': {
      const { receiver, dedupKey, groupLabels: labels } = notice;
      const group = groupOf(state, { receiver, dedupKey, labels });
      if (notice.seq <= group.told.seq) return;
      adoptTold(group, toldBy(notice));
      if (state.prepared === null) state.restored.set(group, notice);
      else restoreMembers(state, group, notice);
    }
  }
}

function rememberLine(state: NotifierState, notice: Notice): void {
  const key = lineKey(notice.receiver, notice.dedupKey);
  const { seq, atMs, causeMs } = notice;
  if (seq > (state.lines.get(key)?.seq ?? 0)) state.lines.set(key, { seq, atMs, causeMs });
}

function hearSilence(state: NotifierState, silence: Silence): void {
  rememberSilence(state.silences, silence);
  state.silenceTurnMs = Number.NEGATIVE_INFINITY;
}

function turn(state: NotifierState): void {
  if (state.nowMs < state.silenceTurnMs) return;
  turnSilences(state.silences, state.nowMs);
  state.silenceTurnMs = nextTurnMs(state.silences, state.nowMs);
  silenceAgain(state);
}
