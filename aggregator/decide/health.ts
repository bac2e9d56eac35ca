// A region's health is a verdict with a memory. Leaving `healthy` for `down` takes a quorum that
// holds for `confirmTicks`; coming back takes a whole long window of clean evidence, so that a region
// on the edge settles on the wrong-but-calm side. Silence is not recovery: a region that is down and
// that nobody can speak for stays down.

import type { Health } from '@regionpilot/protocol';
import type { Policy } from '../policy.ts';
import type { Verdict } from './judge.ts';

export type HealthState =
  | { readonly kind: 'unknown'; readonly sinceMs: number }
  | { readonly kind: 'healthy'; readonly sinceMs: number; readonly thinSinceMs: number | null }
  | {
      readonly kind: 'suspect';
      readonly sinceMs: number;
      /** When an unbroken run of "down" verdicts began. */
      readonly downSinceMs: number | null;
      readonly cleanSinceMs: number | null;
    }
  | { readonly kind: 'down'; readonly sinceMs: number; readonly cleanSinceMs: number | null };

export function initialHealth(nowMs: number): HealthState {
  return { kind: 'unknown', sinceMs: nowMs };
}

export function healthOf(state: HealthState): Health {
  return state.kind;
}

/** How long the region has been healthy without a break, ms; 0 when it is not. */
export function healthyForMs(state: HealthState, nowMs: number): number {
  return state.kind === 'healthy' ? nowMs - state.sinceMs : 0;
}

/** @param confirmTicks Ticks, the first and the last counted, that a "down" must hold. */
export function stepHealth(
  state: HealthState,
  verdict: Verdict,
  nowMs: number,
  confirmTicks: number,
  policy: Policy,
): HealthState {
  switch (verdict) {
    case 'down':
      return onDown(state, nowMs, confirmTicks, policy);
    case 'suspect':
      return onSuspect(state, nowMs);
    case 'ok':
      return onOk(state, nowMs, policy);
    case 'thin':
      return onThin(state, nowMs, policy);
  }
}

function onDown(
  state: HealthState,
  nowMs: number,
  confirmTicks: number,
  policy: Policy,
): HealthState {
  if (state.kind === 'down') return { ...state, cleanSinceMs: null };
  const before = state.kind === 'suspect' ? state : suspect(nowMs);
  const downSinceMs = before.downSinceMs ?? nowMs;
  if (nowMs - downSinceMs >= (confirmTicks - 1) * policy.tickMs) {
    return { kind: 'down', sinceMs: nowMs, cleanSinceMs: null };
  }
  return { ...before, downSinceMs, cleanSinceMs: null };
}

function onSuspect(state: HealthState, nowMs: number): HealthState {
  if (state.kind === 'down') return { ...state, cleanSinceMs: null };
  if (state.kind !== 'suspect') return suspect(nowMs);
  return { ...state, downSinceMs: null, cleanSinceMs: null };
}

function onOk(state: HealthState, nowMs: number, policy: Policy): HealthState {
  switch (state.kind) {
    case 'healthy':
      return state.thinSinceMs === null ? state : { ...state, thinSinceMs: null };
    case 'unknown':
      return healthy(nowMs);
    case 'suspect':
    case 'down': {
      const cleanSinceMs = state.cleanSinceMs ?? nowMs;
      if (nowMs - cleanSinceMs >= policy.longWindowMs) return healthy(cleanSinceMs);
      return state.kind === 'suspect'
        ? { ...state, downSinceMs: null, cleanSinceMs }
        : { ...state, cleanSinceMs };
    }
  }
}

function onThin(state: HealthState, nowMs: number, policy: Policy): HealthState {
  switch (state.kind) {
    case 'unknown':
      return state;
    case 'down':
      return { ...state, cleanSinceMs: null };
    case 'suspect':
      return { kind: 'unknown', sinceMs: nowMs };
    case 'healthy': {
      const thinSinceMs = state.thinSinceMs ?? nowMs;
      return nowMs - thinSinceMs >= policy.clientSilentMs
        ? { kind: 'unknown', sinceMs: nowMs }
        : { ...state, thinSinceMs };
    }
  }
}

function suspect(nowMs: number): Extract<HealthState, { kind: 'suspect' }> {
  return {
    kind: 'suspect',
    sinceMs: nowMs,
    downSinceMs: null,
    cleanSinceMs: null,
  };
}

function healthy(sinceMs: number): HealthState {
  return { kind: 'healthy', sinceMs, thinSinceMs: null };
}
