// Watching without acting. When time or input looks wrong, what looks like a dead region may be a
// blind observer: a paused process, a jumped clock, a log far behind, a fleet that fell silent. The
// brain then goes on judging and recording, says why it does not act, and acts again only after the
// cause has been gone for `tiltHoldMs`. (Redis Sentinel's TILT, with the reason named.)

import type { Policy } from '../policy.ts';
import { chain, type GroupState, record, type Step } from './state.ts';
import type { View } from './view.ts';

/** Causes this brain finds itself; the shell adds `clockJump`, `loopStall` and `inputLate`. */
export function watchInput(state: GroupState, view: View, policy: Policy): Step {
  const coverage = view.known === 0 ? 1 : view.reporting / view.known;
  const watchedMs = state.nowMs - (state.watchedSinceMs ?? state.nowMs);
  const warm = view.warm && watchedMs >= policy.longWindowMs;
  return chain(
    state,
    (s) => setTilt(s, 'warmUp', !warm, 'less than one window seen since this owner took over'),
    (s) =>
      setTilt(
        s,
        'coverage',
        coverage < policy.coverageMin,
        `${view.reporting} of ${view.known} known clients report, wanted at least ${policy.coverageMin * 100} %`,
      ),
    (s) =>
      setTilt(
        s,
        'lag',
        view.lagRecords > policy.lagMaxRecords,
        `${view.lagRecords} records behind, wanted at most ${policy.lagMaxRecords}`,
      ),
    (s) => forgetEnded(s, policy),
  );
}

/** A cause began, goes on, or ended. Recorded when it changes. */
export function setTilt(state: GroupState, reason: string, active: boolean, text: string): Step {
  const before = state.tilt[reason];
  const running = before !== undefined && before.endedMs === null;
  if (active && running) return [state, []];
  if (active) {
    const sinceMs = before?.sinceMs ?? state.nowMs;
    const next = withCause(state, reason, { text, sinceMs, endedMs: null });
    return [
      next,
      before === undefined ? [record(next, { kind: 'tiltEntered', reason, text })] : [],
    ];
  }
  return running
    ? [withCause(state, reason, { ...before, endedMs: state.nowMs }), []]
    : [state, []];
}

/** The causes that still forbid acting, by name. The warm-up needs no hold after it. */
export function tiltOf(state: GroupState): readonly string[] {
  return Object.keys(state.tilt).sort();
}

function forgetEnded(state: GroupState, policy: Policy): Step {
  const over = Object.entries(state.tilt).filter(
    ([reason, { endedMs }]) =>
      endedMs !== null && (reason === 'warmUp' || state.nowMs - endedMs >= policy.tiltHoldMs),
  );
  if (over.length === 0) return [state, []];
  const left = new Set(over.map(([reason]) => reason));
  const tilt = Object.fromEntries(
    Object.entries(state.tilt).filter(([reason]) => !left.has(reason)),
  );
  const next = { ...state, tilt };
  return [next, [...left].map((reason) => record(next, { kind: 'tiltLeft', reason }))];
}

function withCause(
  state: GroupState,
  reason: string,
  cause: GroupState['tilt'][string],
): GroupState {
  return { ...state, tilt: { ...state.tilt, [reason]: cause } };
}
