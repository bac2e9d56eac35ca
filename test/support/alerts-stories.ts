// Tells the rules a story and keeps what they said.

import type { Alert } from '@regionpilot/protocol';
import type { Fact } from '../../alerts/fact.ts';
import type { Condition, Rule } from '../../alerts/rule.ts';
import type { RuleOutput } from '../../alerts/rules/output.ts';
import {
  createRules,
  type RulesConfig,
  type RulesState,
  shippedRules,
  stepRules,
} from '../../alerts/rules/rules.ts';
import { at, beat, partial, tick } from './alerts-facts.ts';

export function config(rules: readonly Rule[] = shippedRules): RulesConfig {
  return {
    rules,
    flapping: { changes: 6, windowMs: 600_000 },
    runbookBase: 'https://docs.example/',
    dashboardBase: 'https://grafana.example',
  };
}

/** The shipped rule of this name, with changes. */
export function shipped(name: string, given: Partial<Rule> = {}): Rule {
  const found = shippedRules.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no shipped rule ${name}`);
  return { ...found, ...given };
}

export function ruleOf(when: Condition, given: Partial<Rule> = {}): Rule {
  return { ...shipped('eventsLost'), name: 'probe', when, ...given };
}

export type Story = {
  readonly state: RulesState;
  /** Hears facts, returns what was said of them. */
  readonly hear: (...facts: readonly Fact[]) => readonly RuleOutput[];
  readonly said: RuleOutput[];
};

export function story(given: RulesConfig = config(), state: RulesState = createRules()): Story {
  const said: RuleOutput[] = [];
  const hear = (...facts: readonly Fact[]): readonly RuleOutput[] => {
    const outputs = facts.flatMap((fact) => stepRules(state, fact, given));
    said.push(...outputs);
    return outputs;
  };
  return { state, hear, said };
}

export function alertsIn(outputs: readonly RuleOutput[], name?: string): readonly Alert[] {
  return outputs.flatMap((output) =>
    output.kind === 'alert' && (name === undefined || output.alert.labels['alertname'] === name)
      ? [output.alert]
      : [],
  );
}

/** States in the order they were said, for one rule; words told anew for the same reason left out. */
export function statesOf(outputs: readonly RuleOutput[], name: string): readonly string[] {
  const last = new Map<string, string>();
  return alertsIn(outputs, name).flatMap(({ fingerprint, state, why }) => {
    const before = last.get(fingerprint);
    last.set(fingerprint, `${state} ${why}`);
    return before === `${state} ${why}` ? [] : [state];
  });
}

export function changesIn(outputs: readonly RuleOutput[]): readonly string[] {
  return outputs.flatMap((output) => (output.kind === 'change' ? [output.change.summary] : []));
}

/** Ticks, one per second, from and to inclusive. */
export function ticks(from: number, to: number): readonly Fact[] {
  return seconds(from, to).map(tick);
}

/** A fleet that is well and an aggregator that says so, once a second. */
export function quiet(from: number, to: number): readonly Fact[] {
  return seconds(from, to).flatMap((second) => [partial(second), beat(second), tick(second)]);
}

export function seconds(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.floor(to - from) + 1 }, (_, index) => from + index);
}

export { at };
