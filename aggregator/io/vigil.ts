/**
 * Watches the watcher: an event loop that stood still or a clock that jumped makes every age and
 * window wrong, and what then looks like silence from a region is our own. It only reports; the
 * brain decides what to do with it.
 */
import { setInterval } from 'node:timers';

export type TiltReport = {
  readonly reason: 'loopStall' | 'clockJump' | 'inputLate';
  readonly active: boolean;
  readonly text: string;
};

export type Vigil = { readonly close: () => void };

const everyMs = 100;

/** @param jumpMs Size of a stall or jump that matters, ms. */
export function keepVigil(jumpMs: number, report: (report: TiltReport) => void): Vigil {
  let monotonicMs = performance.now();
  let wallMs = Date.now();
  const active = new Set<TiltReport['reason']>();
  const set = (reason: TiltReport['reason'], now: boolean, text: string): void => {
    if (active.has(reason) === now) return;
    if (now) active.add(reason);
    else active.delete(reason);
    report({ reason, active: now, text });
  };
  const timer = setInterval(() => {
    const passedMs = performance.now() - monotonicMs;
    const wallPassedMs = Date.now() - wallMs;
    monotonicMs += passedMs;
    wallMs += wallPassedMs;
    const stalledMs = passedMs - everyMs;
    set(
      'loopStall',
      stalledMs >= jumpMs,
      `the process stood still for ${Math.round(stalledMs)} ms`,
    );
    const jumpedMs = wallPassedMs - passedMs;
    const jumped = Math.abs(jumpedMs) >= jumpMs;
    set('clockJump', jumped, `the clock jumped by ${Math.round(jumpedMs)} ms`);
  }, everyMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}
