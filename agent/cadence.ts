// When to flush. Change is told at once (coalesced over 10 ms), trouble is counted every `flushMs`,
// a stall is a level that its reader remembers and needs repeating only now and then, and calm costs
// one small batch a second, which is also the proof that this client lives.

import type { AgentConfig } from './config.ts';

export type Cadence = {
  readonly flushedMs: number;
  /** Last flush that reported every connection. */
  readonly fullMs: number;
  /** The last flush counted failures that speak against a region. */
  readonly failing: boolean;
  /** Something must be told by this moment; Infinity when nothing is urgent. */
  readonly urgentMs: number;
};

export type CadenceSettings = Pick<AgentConfig, 'flushMs' | 'calmFlushMs'>;

const coalesceMs = 10;
const stallRepeatMs = 250;

/** `phaseMs` spreads the calm flushes of processes that start together. */
export function startCadence(nowMs: number, phaseMs: number): Cadence {
  return {
    flushedMs: nowMs - phaseMs,
    fullMs: nowMs - phaseMs,
    failing: false,
    urgentMs: Infinity,
  };
}

/** Something must be told `withinMs` from now. */
export function hurry(cadence: Cadence, nowMs: number, withinMs = 0): Cadence {
  return { ...cadence, urgentMs: Math.min(cadence.urgentMs, nowMs + withinMs) };
}

export function nextFlushMs(cadence: Cadence, stalled: boolean, settings: CadenceSettings): number {
  const { flushedMs, failing, urgentMs } = cadence;
  const urgent = Math.max(urgentMs, flushedMs + coalesceMs);
  return Math.min(urgent, flushedMs + paceMs(failing, stalled, settings));
}

/** Must this flush report every connection? */
export function isFullDue(cadence: Cadence, nowMs: number, settings: CadenceSettings): boolean {
  return nowMs - cadence.fullMs >= settings.calmFlushMs;
}

export function flushed(nowMs: number, full: boolean, failures: number, before: Cadence): Cadence {
  return {
    flushedMs: nowMs,
    fullMs: full ? nowMs : before.fullMs,
    failing: failures > 0,
    urgentMs: Infinity,
  };
}

function paceMs(failing: boolean, stalled: boolean, settings: CadenceSettings): number {
  if (failing) return settings.flushMs;
  return stalled ? Math.min(stallRepeatMs, settings.calmFlushMs) : settings.calmFlushMs;
}
