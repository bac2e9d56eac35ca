// Is something wrong? Facts in, alerts and changes out: facts become samples of named signals, each
// rule looks at the samples of its signal, and what changed is told once. Time is the facts' own and
// never runs backwards; hearing a fact again changes nothing.

import type { Alert } from '@regionpilot/protocol';
import type { Fact } from '../fact.ts';
import { adopt } from './adopt.ts';
import type { RuleOutput } from './output.ts';
import { take } from './samples.ts';
import { hear } from './signals/hear.ts';
import type { RulesConfig, RulesState } from './state.ts';
import { tick } from './tick.ts';
import type { Turn } from './trackers.ts';

export { ruleProblems } from './problems.ts';
export { createRules, restoreRules, saveRules } from './saved.ts';
export { shippedRules } from './shipped.ts';
export type { RulesConfig, RulesState } from './state.ts';

/** Hears one fact. Changes `state`; the same facts in the same order give the same outputs. */
export function stepRules(
  state: RulesState,
  fact: Fact,
  config: RulesConfig,
): readonly RuleOutput[] {
  state.nowMs = Math.max(state.nowMs, fact.atMs);
  const outputs: RuleOutput[] = [];
  const turn: Turn = { state, config, atMs: fact.atMs, outputs };
  const prepared = adopt(turn);
  const heard = hear(state.world, fact, state.nowMs);
  for (const change of heard.changes) outputs.push({ kind: 'change', change });
  for (const sample of heard.samples) take(turn, prepared, sample);
  if (fact.kind === 'tick') tick(turn, prepared);
  return outputs;
}

/** The log may know an alert newer than the snapshot does: from here on it counts as said. */
export function recallAlert(state: RulesState, alert: Alert): void {
  const known = state.recalled.get(alert.fingerprint);
  if (known === undefined || known.updatedMs <= alert.updatedMs) {
    state.recalled.set(alert.fingerprint, alert);
  }
}

/** Another config: alerts of rules that are gone end, kept rules keep their alerts and timers. */
export function reloadRules(
  state: RulesState,
  config: RulesConfig,
  nowMs: number,
): readonly RuleOutput[] {
  state.nowMs = Math.max(state.nowMs, nowMs);
  const outputs: RuleOutput[] = [];
  adopt({ state, config, atMs: state.nowMs, outputs });
  return outputs;
}

/** Alerts that are not over, in no particular order. */
export function* alertsOf({ trackers }: RulesState): Generator<Alert> {
  for (const { state, alert } of trackers.values()) {
    if (state !== 'ok' && alert !== null) yield alert;
  }
}
