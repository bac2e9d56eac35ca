// From "it holds" to an alert and back: pending until it held long enough, recovering while it is
// kept firing, no data where nobody speaks, flapping where it cannot make up its mind. Moves one
// tracker as far as time allows and says why; what is told to whom is not decided here.

import type { Flapping } from '../config.ts';
import type { Rule } from '../rule.ts';
import type { Tracker } from './state.ts';
import { duration } from './words.ts';

/** @returns Why it changed, or null where it did not. */
export function advance(
  tracker: Tracker,
  rule: Rule,
  nowMs: number,
  flapping: Flapping,
): string | null {
  let why: string | null = null;
  for (;;) {
    const next = move(tracker, rule, nowMs, flapping);
    if (next === null) return why;
    why = next;
  }
}

/** While flapping nothing is told, but every turn is counted: calm means that there are none. */
export function noteTurn(tracker: Tracker, nowMs: number): void {
  if (tracker.flapping) tracker.flips = [nowMs];
}

function move(tracker: Tracker, rule: Rule, nowMs: number, flapping: Flapping): string | null {
  if (tracker.flapping && nowMs - (tracker.flips.at(-1) ?? nowMs) >= flapping.windowMs) {
    tracker.flapping = false;
    tracker.flips = [];
    return `calm for ${duration(flapping.windowMs)}: no longer flapping`;
  }
  if (tracker.silent && rule.noData !== 'keep') return moveSilent(tracker, rule, nowMs);
  switch (tracker.state) {
    case 'ok':
      return tracker.holds ? begin(tracker, nowMs) : null;
    case 'pending':
      return movePending(tracker, rule, nowMs, flapping);
    case 'firing':
      return tracker.holds || tracker.flapping ? null : moveUntrue(tracker, rule, nowMs, flapping);
    case 'recovering':
      return moveRecovering(tracker, rule, nowMs, flapping);
    case 'noData':
      return moveHeardAgain(tracker, nowMs);
  }
}

function begin(tracker: Tracker, nowMs: number): string {
  tracker.startsMs = Math.max(nowMs, tracker.endsMs + 1);
  enter(tracker, 'pending', nowMs);
  return tracker.because;
}

function movePending(
  tracker: Tracker,
  rule: Rule,
  nowMs: number,
  flapping: Flapping,
): string | null {
  if (!tracker.holds) return end(tracker, nowMs, `it never fired: ${tracker.because}`);
  if (nowMs - tracker.sinceMs < rule.forMs) return null;
  enter(tracker, 'firing', nowMs);
  const turned = turn(tracker, nowMs, flapping);
  if (turned !== null) return turned;
  return rule.forMs === 0 ? tracker.because : `${tracker.because}, for ${duration(rule.forMs)}`;
}

function moveUntrue(
  tracker: Tracker,
  rule: Rule,
  nowMs: number,
  flapping: Flapping,
): string | null {
  if (rule.keepFiringForMs === 0) return endFiring(tracker, nowMs, flapping, tracker.because);
  enter(tracker, 'recovering', nowMs);
  return `${tracker.because}; kept firing for ${duration(rule.keepFiringForMs)}`;
}

function moveRecovering(
  tracker: Tracker,
  rule: Rule,
  nowMs: number,
  flapping: Flapping,
): string | null {
  if (tracker.holds) {
    enter(tracker, 'firing', nowMs);
    return `again: ${tracker.because}`;
  }
  if (nowMs - tracker.sinceMs < rule.keepFiringForMs) return null;
  const why = `${tracker.because}, for ${duration(rule.keepFiringForMs)}`;
  return endFiring(tracker, nowMs, flapping, why);
}

/** A signal that falls silent is neither good nor bad; the rule says what that is worth. */
function moveSilent(tracker: Tracker, rule: Rule, nowMs: number): string | null {
  const why = `nothing heard for ${duration(rule.noDataAfterMs)}`;
  if (rule.noData === 'resolve') {
    return tracker.state === 'ok' ? null : end(tracker, nowMs, `stale: ${why}`);
  }
  if (tracker.state === 'noData') return null;
  if (tracker.state === 'ok') begin(tracker, nowMs);
  enter(tracker, 'noData', nowMs);
  return `no data: ${why}`;
}

/** People know of it already: bad news after silence goes on as firing, without another wait. */
function moveHeardAgain(tracker: Tracker, nowMs: number): string {
  if (!tracker.holds) return end(tracker, nowMs, `data is back: ${tracker.because}`);
  enter(tracker, 'firing', nowMs);
  return `data is back: ${tracker.because}`;
}

function endFiring(tracker: Tracker, nowMs: number, flapping: Flapping, why: string): string {
  const turned = turn(tracker, nowMs, flapping);
  if (turned === null) return end(tracker, nowMs, why);
  enter(tracker, 'firing', nowMs);
  return turned;
}

/** One more change between firing and not. @returns Why, where this one makes it flapping. */
function turn(tracker: Tracker, nowMs: number, { changes, windowMs }: Flapping): string | null {
  const recent = tracker.flips.filter((atMs) => nowMs - atMs < windowMs);
  tracker.flips = [...recent, nowMs].slice(-(changes + 1));
  if (tracker.flapping || tracker.flips.length <= changes) return null;
  tracker.flapping = true;
  return `flapping: ${tracker.flips.length} changes within ${duration(windowMs)}; kept open until calm`;
}

function end(tracker: Tracker, nowMs: number, why: string): string {
  tracker.endsMs = Math.max(nowMs, tracker.startsMs);
  // What comes after is judged anew: an end for want of data leaves no hysteresis behind.
  tracker.holds = false;
  tracker.flapping = false;
  enter(tracker, 'ok', nowMs);
  return why;
}

function enter(tracker: Tracker, state: Tracker['state'], nowMs: number): void {
  tracker.state = state;
  tracker.sinceMs = nowMs;
}
