// The rules as written, laid over the shipped ones by name: a file says only what is different, and
// a shipped rule that is mended in a later version is mended here too.

import { nearest, severities } from '@regionpilot/protocol';
import Type, { type TObject } from 'typebox';
import { type Condition, type Rule, signalNames } from '../rule.ts';
import { parseTemplate } from '../rules/templates.ts';
import {
  anyObject,
  duration,
  fieldFlaws,
  isRecord,
  list,
  ms,
  oneOf,
  section,
  text,
} from './fields.ts';
import { didYouMean, type Flaw, flaw } from './flaw.ts';
import type { RuleInput, WhenInput } from './input.ts';
import { matcherFlaws, matchersOf } from './routes.ts';
import { ruleSenseFlaws } from './rule-sense.ts';

const day = 86_400_000;
const number = Type.Number({ wanted: 'a number' });
/** No dot: `errorBudgetBurnFast.payments` is the copy that an objective makes. */
const ruleName = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

const ruleFields = section(
  {},
  {
    off: Type.Boolean({ wanted: 'true or false' }),
    signal: oneOf(signalNames),
    only: list('matchers such as group="payments"', text(1_024)),
    when: anyObject,
    for: duration(0, day),
    keepFiringFor: duration(0, day),
    noData: oneOf(['alert', 'keep', 'resolve']),
    noDataAfter: duration(1_000, day),
    severity: oneOf(severities),
    severityMitigated: Type.Union([oneOf(severities), Type.Null()], {
      wanted: `one of ${severities.join(', ')}, or null`,
    }),
    summary: text(1_024),
    description: text(8_192),
    runbook: text(2_048),
    dashboard: text(2_048),
  },
);

const whenFields: Readonly<Record<'above' | 'below' | 'is' | 'burnRate', TObject>> = {
  above: section({ above: number }, { until: number }),
  below: section({ below: number }, { until: number }),
  is: section({ is: list('states', text(64), 1) }, {}),
  burnRate: section(
    { burnRate: list('pairs of windows', anyObject, 1), objective: number },
    { minEvents: Type.Integer({ minimum: 0, maximum: 1e9, wanted: 'a whole number' }) },
  ),
};
const windowFields = section(
  { long: duration(60_000, 30 * day), short: duration(1_000, 3 * day), burn: number },
  {},
);

/** Every problem of the `rules` section; `shipped`: what it is laid over. */
export function rulesFlaws(rules: unknown, shipped: readonly Rule[]): readonly Flaw[] {
  if (rules === undefined) return [];
  if (!isRecord(rules)) return [flaw('rules', rules, 'rules by name')];
  return Object.entries(rules).flatMap(([name, input]) => {
    const path = `rules.${name}`;
    const base = shipped.find((rule) => rule.name === name);
    const flaws = [
      ...(ruleName.test(name) ? [] : [flaw(path, name, 'a name of letters, digits and _-')]),
      ...shapeFlaws(path, input),
    ];
    if (flaws.length > 0 || !isRecord(input)) return flaws;
    const missing = base === undefined ? missingFlaws(path, name, input, shipped) : [];
    if (missing.length > 0 || input['off'] === true) return missing;
    return ruleSenseFlaws(path, ruleOf(name, input, base));
  });
}

function shapeFlaws(path: string, input: unknown): readonly Flaw[] {
  const flaws = fieldFlaws(ruleFields, input, path);
  if (!isRecord(input)) return flaws;
  const words = (['summary', 'description'] as const).flatMap((field) => {
    const template = input[field];
    const parsed = typeof template === 'string' ? parseTemplate(template) : null;
    if (parsed?.kind !== 'broken') return [];
    return [flaw(`${path}.${field}`, template, `a Liquid template (${parsed.problem})`)];
  });
  return [
    ...flaws,
    ...whenFlaws(`${path}.when`, input['when']),
    ...matcherFlaws(`${path}.only`, input['only']),
    ...words,
  ];
}

function whenFlaws(path: string, when: unknown): readonly Flaw[] {
  if (!isRecord(when)) return [];
  const kinds = Object.keys(whenFields) as (keyof typeof whenFields)[];
  const found = kinds.filter((kind) => Object.hasOwn(when, kind));
  const [kind] = found;
  if (kind === undefined || found.length > 1) {
    const [field = ''] = Object.keys(when);
    return [flaw(path, when, `exactly one of ${kinds.join(', ')}`, didYouMean(field, kinds))];
  }
  const pairs = when['burnRate'];
  const windows = Array.isArray(pairs) ? (pairs as readonly unknown[]) : [];
  return [
    ...fieldFlaws(whenFields[kind], when, path),
    ...windows.flatMap((each, i) => fieldFlaws(windowFields, each, `${path}.burnRate.${i}`)),
  ];
}

/** A name that no shipped rule has is a rule of its own, or a slip. */
function missingFlaws(
  path: string,
  name: string,
  input: RuleInput,
  shipped: readonly Rule[],
): readonly Flaw[] {
  const names = shipped.map((rule) => rule.name);
  const near = nearest(name, names);
  const suggestion = near === null ? null : `or did you mean the shipped rule ${near}?`;
  if (input.off === true) return [flaw(path, name, 'the name of a shipped rule', suggestion)];
  const wanted = ['signal', 'when', 'severity', 'summary'] as const;
  return wanted
    .filter((field) => input[field] === undefined)
    .map((field) =>
      flaw(
        `${path}.${field}`,
        undefined,
        'a value, since no shipped rule has this name',
        suggestion,
      ),
    );
}

/** What the file says, laid over the shipped rules. */
export function rulesOf(
  rules: Readonly<Record<string, RuleInput>>,
  shipped: readonly Rule[],
): readonly Rule[] {
  const names = new Set(shipped.map((rule) => rule.name));
  const added = Object.entries(rules).filter(([name]) => !names.has(name));
  return [
    ...shipped.flatMap((rule) => {
      const input = Object.hasOwn(rules, rule.name) ? rules[rule.name] : undefined;
      if (input === undefined) return [rule];
      return input.off === true ? [] : [ruleOf(rule.name, input, rule)];
    }),
    ...added.map(([name, input]) => ruleOf(name, input, undefined)),
  ];
}

/** What a rule of one's own need not say: it fires at once, and silence changes nothing. */
const ownRule: Omit<Rule, 'name' | 'signal' | 'when' | 'severity' | 'summary'> = {
  only: [],
  forMs: 0,
  keepFiringForMs: 0,
  noData: 'keep',
  noDataAfterMs: 300_000,
  severityMitigated: null,
  description: '',
  runbook: '',
  dashboard: '',
};

function ruleOf(name: string, input: RuleInput, base: Rule | undefined): Rule {
  const fallback: Rule = base ?? {
    ...ownRule,
    name,
    signal: 'watchdog',
    when: { kind: 'above', enter: 0, exit: 0 },
    severity: 'ticket',
    summary: '',
  };
  return {
    name,
    signal: input.signal ?? fallback.signal,
    only: input.only === undefined ? fallback.only : matchersOf(input.only),
    when: input.when === undefined ? fallback.when : conditionOf(input.when),
    forMs: ms(input.for, fallback.forMs),
    keepFiringForMs: ms(input.keepFiringFor, fallback.keepFiringForMs),
    noData: input.noData ?? fallback.noData,
    noDataAfterMs: ms(input.noDataAfter, fallback.noDataAfterMs),
    severity: input.severity ?? fallback.severity,
    severityMitigated:
      input.severityMitigated === undefined ? fallback.severityMitigated : input.severityMitigated,
    summary: input.summary ?? fallback.summary,
    description: input.description ?? fallback.description,
    runbook: input.runbook ?? fallback.runbook,
    dashboard: input.dashboard ?? fallback.dashboard,
  };
}

function conditionOf(when: WhenInput): Condition {
  if ('above' in when) return { kind: 'above', enter: when.above, exit: when.until ?? when.above };
  if ('below' in when) return { kind: 'below', enter: when.below, exit: when.until ?? when.below };
  if ('is' in when) return { kind: 'is', values: when.is };
  return {
    kind: 'burnRate',
    objective: when.objective,
    minEvents: when.minEvents ?? 100,
    windows: when.burnRate.map(({ long, short, burn }) => ({
      longMs: ms(long, 0),
      shortMs: ms(short, 0),
      burn,
    })),
  };
}
