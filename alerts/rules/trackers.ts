// One rule at one instance: made when trouble begins, moved by samples and by time, told when it
// changes, dropped when it has been well for a while.

import type { Labels } from '@regionpilot/protocol';
import { fingerprintOf } from '../fingerprint.ts';
import { composeAlert } from './compose.ts';
import { judge } from './condition.ts';
import { advance, noteTurn } from './lifecycle.ts';
import type { RuleOutput } from './output.ts';
import type { ReadyRule } from './prepare.ts';
import {
  type Instance,
  type RulesConfig,
  type RulesState,
  type Tracker,
  trackerKey,
} from './state.ts';

/** What a step works with. */
export type Turn = {
  readonly state: RulesState;
  readonly config: RulesConfig;
  /** Append time of the fact at hand. */
  readonly atMs: number;
  readonly outputs: RuleOutput[];
};

/** Most trackers of all rules together: a flood of labels must not take the process with it. */
const trackersMost = 50_000;

/** The rule looks at the instance's last sample. */
export function evaluate(turn: Turn, ready: ReadyRule, key: string, instance: Instance): void {
  const { state } = turn;
  const known = state.trackers.get(trackerKey(ready.rule.name, key));
  const judged = judge(
    ready.rule.when,
    instance.value,
    known?.holds ?? false,
    state.burns.get(key),
  );
  if (known === undefined && !judged.holds) return;
  const tracker = known ?? track(state, ready, key, instance.labels);
  if (tracker === null) return;
  tracker.heardMs = instance.heardMs;
  tracker.silent = false;
  if (turn.atMs < tracker.lockedMs) return;
  if (tracker.holds !== judged.holds) noteTurn(tracker, state.nowMs);
  tracker.holds = judged.holds;
  tracker.value = judged.value;
  tracker.because = judged.because;
  settle(turn, ready, tracker);
}

/** As far as time allows; whatever changed is told. */
export function settle(turn: Turn, ready: ReadyRule, tracker: Tracker): void {
  const { state, config } = turn;
  const why = advance(tracker, ready.rule, state.nowMs, config.flapping);
  if (why !== null) tell(turn, ready, tracker, why);
}

export function tell(turn: Turn, ready: ReadyRule, tracker: Tracker, why: string): void {
  const alert = composeAlert(turn.state, ready, tracker, turn.config, why);
  tracker.alert = alert;
  tracker.wordsMs = turn.state.nowMs;
  turn.outputs.push({ kind: 'alert', alert });
}

/** @returns null where there are too many already. */
export function track(
  state: RulesState,
  { rule }: ReadyRule,
  key: string,
  instanceLabels: Labels,
): Tracker | null {
  if (state.trackers.size >= trackersMost) return null;
  const labels = { alertname: rule.name, ...instanceLabels };
  const tracker: Tracker = {
    rule: rule.name,
    signal: rule.signal,
    key,
    labels,
    fingerprint: fingerprintOf(labels),
    state: 'ok',
    sinceMs: state.nowMs,
    startsMs: 0,
    endsMs: 0,
    holds: false,
    silent: false,
    heardMs: state.nowMs,
    value: null,
    because: '',
    flips: [],
    flapping: false,
    lockedMs: 0,
    wordsMs: 0,
    alert: null,
  };
  state.trackers.set(trackerKey(rule.name, key), tracker);
  return tracker;
}
