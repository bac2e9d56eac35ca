// Groups that are due say what there is to say. A receiver that wants no resolves is not sent them,
// but counts as told: otherwise the next fire would look like one it already knows.

import { severities } from '@regionpilot/protocol';
import { aroundOf, dropAck, dropAckOfClosed } from './acks.ts';
import { enqueue, takeDue } from './due.ts';
import { type Group, isOpen, settleAfterTelling, toldBy, worstRank } from './group.ts';
import type { NoticeDraft } from './input.ts';
import { draftOf } from './notice.ts';
import type { Prepared } from './prepared.ts';
import { dueAt, reasonAt } from './reason.ts';
import type { NotifierState } from './state.ts';

/** Works out again when the stirred groups are due. */
export function scheduleStirred(state: NotifierState, prepared: Prepared): void {
  for (const group of state.stirred) schedule(state, prepared, group);
  state.stirred.clear();
}

export function flushDue(state: NotifierState, prepared: Prepared): NoticeDraft[] {
  const drafts: NoticeDraft[] = [];
  for (let due = takeDue(state.due, state.nowMs); due; due = takeDue(state.due, state.nowMs)) {
    const group = due.item;
    if (due.atMs !== group.queuedMs) continue;
    group.queuedMs = Number.POSITIVE_INFINITY;
    if (group.dueMs <= state.nowMs) drafts.push(...flush(state, prepared, group));
    schedule(state, prepared, group);
    scheduleStirred(state, prepared);
  }
  return drafts;
}

function schedule(state: NotifierState, prepared: Prepared, group: Group): void {
  const known = prepared.receivers.has(group.receiver);
  const wanted = known ? dueAt(group, aroundOf(state, prepared, group)) : Number.POSITIVE_INFINITY;
  group.dueMs = Math.max(wanted, state.sendFromMs);
  if (group.dueMs >= group.queuedMs || group.dueMs === Number.POSITIVE_INFINITY) return;
  group.queuedMs = group.dueMs;
  enqueue(state.due, group.dueMs, group);
}

function flush(state: NotifierState, prepared: Prepared, group: Group): NoticeDraft[] {
  const reason = reasonAt(group, aroundOf(state, prepared, group), state.nowMs);
  const sendResolved = prepared.receivers.get(group.receiver)?.sendResolved ?? true;
  if (reason === null) {
    group.changedFromMs = null;
    group.urgentFromMs = null;
    return [];
  }
  if (!sendResolved && (reason === 'allResolved' || reason === 'someResolved')) {
    countAsTold(state, group);
    return [];
  }
  if (reason === 'escalated') dropAck(state, group.dedupKey);
  const { ackedBy, owesAck } = aroundOf(state, prepared, group);
  // A first notice that owes an ack does not claim it: the acknowledgement follows as its own notice.
  const known = owesAck && reason === 'first' ? null : ackedBy;
  const draft = draftOf(group, reason, known, state.nowMs);
  group.told = toldBy(draft);
  afterTelling(state, group);
  return [draft];
}

function countAsTold(state: NotifierState, group: Group): void {
  for (const fingerprint of group.told.firing) {
    const stand = group.members.get(fingerprint)?.stand ?? 'gone';
    if (stand === 'gone') group.told.firing.delete(fingerprint);
  }
  const worst = worstRank(group.firing, group.muted);
  group.told.severity = worst === undefined ? null : (severities[worst] ?? null);
  afterTelling(state, group);
}

function afterTelling(state: NotifierState, group: Group): void {
  settleAfterTelling(group, state.nowMs);
  if (!isOpen(group)) dropAckOfClosed(state, group.dedupKey);
}
