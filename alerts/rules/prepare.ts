// Rules made ready once per config: by signal, with matchers compiled and templates parsed.

import type { Rule, SignalName } from '../rule.ts';
import { type Only, onlyOf } from './only.ts';
import { type Parsed, parseTemplate } from './templates.ts';

export type ReadyRule = {
  readonly rule: Rule;
  readonly only: Only;
  readonly summary: Parsed;
  readonly description: Parsed;
};

export type Prepared = {
  readonly rules: readonly Rule[];
  readonly byName: ReadonlyMap<string, ReadyRule>;
  readonly bySignal: ReadonlyMap<SignalName, readonly ReadyRule[]>;
  /** Lengths of all burn windows, ms. */
  readonly burnLengths: readonly number[];
};

export function prepareRules(rules: readonly Rule[]): Prepared {
  const byName = new Map(rules.map((rule) => [rule.name, ready(rule)]));
  const bySignal = new Map<SignalName, ReadyRule[]>();
  for (const each of byName.values()) {
    bySignal.set(each.rule.signal, [...(bySignal.get(each.rule.signal) ?? []), each]);
  }
  return { rules, byName, bySignal, burnLengths: [...new Set(rules.flatMap(lengthsOf))] };
}

function ready(rule: Rule): ReadyRule {
  return {
    rule,
    only: onlyOf(rule.only),
    summary: parseTemplate(rule.summary),
    description: parseTemplate(rule.description),
  };
}

function lengthsOf({ when }: Rule): readonly number[] {
  if (when.kind !== 'burnRate') return [];
  return when.windows.flatMap(({ longMs, shortMs }) => [longMs, shortMs]);
}
