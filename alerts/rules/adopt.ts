// The rules in force and the alerts in being, brought together: after a start, a restore or another
// config. What belongs to a rule that is gone ends; what a kept rule holds goes on untouched; a rule
// that says something new looks at everything once.

import type { Alert } from '@regionpilot/protocol';
import { type Prepared, prepareRules, type ReadyRule } from './prepare.ts';
import { instanceKey } from './signals/sample.ts';
import type { Tracker } from './state.ts';
import { trackerKey } from './state.ts';
import { evaluate, type Turn, track } from './trackers.ts';

/** Does nothing while neither rules nor memories are new. */
export function adopt(turn: Turn): Prepared {
  const { state, config } = turn;
  const current = state.prepared;
  if (current !== null && current.rules === config.rules && state.recalled.size === 0) {
    return current;
  }
  const prepared = current?.rules === config.rules ? current : prepareRules(config.rules);
  state.prepared = prepared;
  for (const alert of state.recalled.values()) place(turn, prepared, alert);
  state.recalled.clear();
  for (const tracker of state.trackers.values()) endIfGone(turn, prepared, tracker);
  lookAgain(turn, prepared);
  for (const windows of state.burns.values()) {
    for (const length of windows.keys()) {
      if (!prepared.burnLengths.includes(length)) windows.delete(length);
    }
  }
  return prepared;
}

/** The log's word about an alert is newer than ours: go on from there, without saying it again. */
function place({ state, outputs }: Turn, prepared: Prepared, alert: Alert): void {
  const { alertname = '', ...labels } = alert.labels;
  const ready = prepared.byName.get(alertname);
  if (ready === undefined) {
    if (alert.state !== 'resolved') outputs.push(goneOutput(alert, state.nowMs));
    return;
  }
  const key = instanceKey(ready.rule.signal, labels);
  const known = state.trackers.get(trackerKey(alertname, key));
  if ((known?.alert?.updatedMs ?? -1) >= alert.updatedMs) return;
  const tracker = known ?? track(state, ready, key, labels);
  if (tracker !== null) continueFrom(tracker, alert);
}

function continueFrom(tracker: Tracker, alert: Alert): void {
  const { state, updatedMs } = alert;
  tracker.state = state === 'resolved' ? 'ok' : state;
  tracker.sinceMs = state === 'pending' ? alert.startsMs : updatedMs;
  tracker.startsMs = alert.startsMs;
  tracker.endsMs = alert.endsMs ?? tracker.endsMs;
  tracker.holds = state === 'pending' || state === 'firing';
  tracker.silent = state === 'noData';
  tracker.heardMs = updatedMs;
  tracker.value = alert.value;
  tracker.because = alert.why;
  tracker.flapping = alert.flapping;
  tracker.flips = alert.flapping ? [updatedMs] : tracker.flips;
  tracker.lockedMs = updatedMs;
  tracker.wordsMs = updatedMs;
  tracker.alert = alert;
}

function endIfGone({ state, outputs }: Turn, prepared: Prepared, tracker: Tracker): void {
  const ready = prepared.byName.get(tracker.rule);
  if (ready !== undefined && belongs(ready, tracker)) return;
  state.trackers.delete(trackerKey(tracker.rule, tracker.key));
  if (tracker.state === 'ok' || tracker.alert === null) return;
  outputs.push(goneOutput(tracker.alert, state.nowMs));
}

function belongs({ rule, only }: ReadyRule, { signal, labels }: Tracker): boolean {
  return rule.signal === signal && only(labels);
}

function goneOutput(
  alert: Alert,
  nowMs: number,
): { readonly kind: 'alert'; readonly alert: Alert } {
  const updatedMs = Math.max(nowMs, alert.updatedMs);
  const why = 'its rule is gone, or is for others now';
  return {
    kind: 'alert',
    alert: { ...alert, state: 'resolved', endsMs: updatedMs, updatedMs, flapping: false, why },
  };
}

function lookAgain(turn: Turn, prepared: Prepared): void {
  const { state } = turn;
  const before = new Map(state.ruleTexts);
  state.ruleTexts.clear();
  for (const [name, ready] of prepared.byName) {
    const text = JSON.stringify(ready.rule);
    state.ruleTexts.set(name, text);
    if (before.get(name) === text) continue;
    for (const [key, instance] of state.instances.get(ready.rule.signal) ?? []) {
      if (ready.only(instance.labels)) evaluate(turn, ready, key, instance);
    }
  }
}
