// What time alone does: windows empty, signals fall silent, `for` runs out, words grow old. The only
// step that looks at everything.

import type { SignalName } from '../rule.ts';
import { ageWindows } from './burn.ts';
import { composeAlert, severityOf } from './compose.ts';
import type { Prepared, ReadyRule } from './prepare.ts';
import { forgottenMs } from './signals/hear.ts';
import { type Instance, type RulesState, type Tracker, trackerKey } from './state.ts';
import { evaluate, settle, type Turn, tell, track } from './trackers.ts';

/** Words alone are told again at most this often per alert. ms. */
const wordsEveryMs = 10_000;
/** With very many alerts at once their words may wait, so that a tick stays short. */
const wordsPerTick = 200;
const wordsComfortably = 1_000;
/** A tracker that is well is remembered this long: for its flapping and its last end. ms. */
const idleMs = 3_600_000;

/** Said when they change; that somebody answers for the group is what keeps them from being silent. */
const standing: readonly SignalName[] = ['regionHealth', 'tilt', 'noSafeTarget', 'flapBudgetSpent'];

export function tick(turn: Turn, prepared: Prepared): void {
  burnOn(turn, prepared);
  for (const [signal, rules] of prepared.bySignal) {
    for (const ready of rules) watchSilence(turn, signal, ready);
  }
  forgetSilent(turn);
  moveTrackers(turn, prepared);
}

function burnOn(turn: Turn, prepared: Prepared): void {
  const { state } = turn;
  for (const [group, windows] of state.burns) {
    ageWindows(windows, state.nowMs);
    const instance = state.instances.get('groupErrors')?.get(group);
    for (const ready of prepared.bySignal.get('groupErrors') ?? []) {
      if (instance !== undefined && ready.only(instance.labels)) {
        keepHeard(state, ready, group, () => evaluate(turn, ready, group, instance));
      }
    }
  }
}

/** Looking again is not hearing again: silence goes on. */
function keepHeard(
  { trackers }: RulesState,
  { rule }: ReadyRule,
  key: string,
  look: () => void,
): void {
  if (trackers.get(trackerKey(rule.name, key))?.silent !== true) look();
}

function watchSilence(turn: Turn, signal: SignalName, ready: ReadyRule): void {
  const { state } = turn;
  const { noData, noDataAfterMs, name } = ready.rule;
  if (noData === 'keep') return;
  for (const [key, instance] of state.instances.get(signal) ?? []) {
    if (state.nowMs - lastHeard(state, signal, instance) < noDataAfterMs) continue;
    if (!ready.only(instance.labels)) continue;
    const known = state.trackers.get(trackerKey(name, key));
    if (known !== undefined) known.silent = true;
    else if (noData === 'alert') {
      const tracker = track(state, ready, key, instance.labels);
      if (tracker !== null) tracker.silent = true;
    }
  }
}

function lastHeard(
  { world }: RulesState,
  signal: SignalName,
  { labels, heardMs }: Instance,
): number {
  if (!standing.includes(signal)) return heardMs;
  return Math.max(heardMs, world.groups.get(labels['group'] ?? '')?.heardMs ?? 0);
}

/** Silent for a day: it is not coming back, and its alert ends as stale. */
function forgetSilent({ state }: Turn): void {
  for (const [signal, instances] of state.instances) {
    for (const [key, instance] of instances) {
      if (state.nowMs - lastHeard(state, signal, instance) > forgottenMs) instances.delete(key);
    }
  }
  for (const group of state.burns.keys()) {
    if (state.instances.get('groupErrors')?.has(group) !== true) state.burns.delete(group);
  }
}

function moveTrackers(turn: Turn, prepared: Prepared): void {
  const { state } = turn;
  const everyMs = wordsEveryMs * Math.ceil(state.trackers.size / wordsComfortably);
  let words = wordsPerTick;
  for (const [id, tracker] of state.trackers) {
    const ready = prepared.byName.get(tracker.rule);
    if (ready === undefined || state.nowMs < tracker.lockedMs) continue;
    unlock(turn, ready, tracker);
    watchOrphan(state, ready, tracker);
    settle(turn, ready, tracker);
    if (tracker.state === 'ok') {
      if (state.nowMs - tracker.sinceMs > idleMs) state.trackers.delete(id);
    } else if (!retold(turn, ready, tracker) && words > 0 && !tracker.flapping) {
      if (state.nowMs - tracker.wordsMs >= everyMs) {
        words--;
        reword(turn, ready, tracker);
      }
    }
  }
}

/** The log's word was waited for; from here on the samples count, the last one first. */
function unlock(turn: Turn, ready: ReadyRule, tracker: Tracker): void {
  if (tracker.lockedMs === 0) return;
  tracker.lockedMs = 0;
  const instance = turn.state.instances.get(tracker.signal)?.get(tracker.key);
  if (instance !== undefined && !tracker.silent) evaluate(turn, ready, tracker.key, instance);
}

/** An alert the log knew, about something no fact has mentioned since. */
function watchOrphan(state: RulesState, { rule }: ReadyRule, tracker: Tracker): void {
  if (state.instances.get(tracker.signal)?.has(tracker.key) === true) return;
  const silentMs = state.nowMs - tracker.heardMs;
  if (silentMs > forgottenMs) {
    tracker.holds = false;
    tracker.silent = false;
    tracker.because = 'stale: nothing heard for a day';
  } else if (tracker.holds && rule.noData !== 'keep' && silentMs >= rule.noDataAfterMs) {
    tracker.silent = true;
  }
}

/** What was done about it, or no longer is, changes how urgent it is. */
function retold(turn: Turn, ready: ReadyRule, tracker: Tracker): boolean {
  const severity = severityOf(turn.state, ready, tracker);
  if (tracker.alert === null || tracker.alert.severity === severity) return false;
  const mitigated = severity === ready.rule.severityMitigated;
  tell(turn, ready, tracker, mitigated ? 'the failover helped' : 'no longer helped by a failover');
  return true;
}

function reword(turn: Turn, ready: ReadyRule, tracker: Tracker): void {
  const { state, config } = turn;
  tracker.wordsMs = state.nowMs;
  const before = tracker.alert;
  if (before === null) return;
  const now = composeAlert(state, ready, tracker, config, before.why);
  if (now.summary === before.summary && now.description === before.description) return;
  tracker.alert = now;
  turn.outputs.push({ kind: 'alert', alert: now });
}
