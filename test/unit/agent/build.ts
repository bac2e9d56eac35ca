// Plain builders for the agent's tests.

import type { Decision, Heartbeat } from '@regionpilot/protocol';
import type { Draft } from '../../../agent/harvest.ts';
import { Recorder, type Wake } from '../../../agent/recorder.ts';
import { decision as anyDecision } from '../../support/decisions.ts';

export function decision(given: Partial<Decision> = {}): Decision {
  return anyDecision({ group: 'cache', atMs: 0, ...given });
}

export function heartbeat(epochs: Heartbeat['epochs'], given: Partial<Heartbeat> = {}): Heartbeat {
  return {
    v: 1,
    partition: 0,
    owner: 'aggregator-1',
    atMs: 0,
    intervalMs: 1_000,
    epochs,
    tilt: {},
    ...given,
  };
}

export function draft(given: Partial<Draft> = {}): Draft {
  return {
    baseMs: 0,
    rows: 1,
    columns: {
      connection: 0,
      group: 0,
      region: 1,
      event: 0,
      state: 1,
      at: 0,
      ok: 0,
      stalledMs: 0,
    },
    strings: ['cache', 'eu'],
    errors: [],
    latency: [],
    probes: [],
    breaker: [],
    gone: [],
    hasChanges: false,
    weight: 100,
    ...given,
  };
}

/** A recorder with a clock the test turns, and what it asked for. */
export function recorderAt(nowMs: number): {
  readonly recorder: Recorder;
  readonly clock: { nowMs: number };
  readonly wakes: Wake[];
  readonly survived: unknown[];
} {
  const clock = { nowMs };
  const wakes: Wake[] = [];
  const survived: unknown[] = [];
  const recorder = new Recorder({
    nowMs: () => clock.nowMs,
    wake: (why) => wakes.push(why),
    survived: (error) => survived.push(error),
  });
  return { recorder, clock, wakes, survived };
}

export const quiet = { waitingSinceMs: (): number => 0 };
