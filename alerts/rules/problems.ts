// What is wrong with a rule beyond its shape: rules that can never fire, or never end, or look for
// what their signal does not have. Found when the rules are read, not in the night they are needed.

import { healths, type Problem, shorten } from '@regionpilot/protocol';
import { matcherProblems } from '../notify/matchers.ts';
import { type Condition, type Rule, type SignalShape, signals } from '../rule.ts';
import { parseTemplate } from './templates.ts';

/** Problems of a rule whose shape is right; empty: it makes sense. Paths are within the rule. */
export function ruleProblems(rule: Rule): readonly Problem[] {
  const shape = signals[rule.signal];
  return [
    ...kindProblems(rule, shape),
    ...conditionProblems(rule),
    ...onlyProblems(rule, shape),
    ...textProblems(rule, 'summary'),
    ...textProblems(rule, 'description'),
  ];
}

const kindsOf: Readonly<Record<SignalShape['is'], readonly Condition['kind'][]>> = {
  state: ['is'],
  number: ['above', 'below'],
  counts: ['burnRate'],
};

function kindProblems({ signal, when }: Rule, { is }: SignalShape): readonly Problem[] {
  if (kindsOf[is].includes(when.kind)) return [];
  const expected = `${kindsOf[is].join(' or ')}, since ${signal} is a ${is}`;
  return [{ path: 'when.kind', value: shorten(when.kind), expected }];
}

function conditionProblems({ signal, when }: Rule): readonly Problem[] {
  switch (when.kind) {
    case 'above':
      return when.exit <= when.enter ? [] : [exitProblem(when, 'at most')];
    case 'below':
      return when.exit >= when.enter ? [] : [exitProblem(when, 'at least')];
    case 'is':
      return signal === 'regionHealth' ? healthProblems(when.values) : [];
    case 'burnRate':
      return when.windows.flatMap((window, index) => windowProblems(when.objective, window, index));
  }
}

function exitProblem(
  when: { readonly enter: number; readonly exit: number },
  side: string,
): Problem {
  const expected = `${side} ${when.enter} (enter), or it would end while it begins`;
  return { path: 'when.exit', value: shorten(when.exit), expected };
}

function healthProblems(values: readonly string[]): readonly Problem[] {
  return values.flatMap((value, index) =>
    healths.some((health) => health === value)
      ? []
      : [
          {
            path: `when.values.${index}`,
            value: shorten(value),
            expected: `one of ${healths.join(', ')}`,
          },
        ],
  );
}

function windowProblems(
  objective: number,
  {
    longMs,
    shortMs,
    burn,
  }: { readonly longMs: number; readonly shortMs: number; readonly burn: number },
  index: number,
): readonly Problem[] {
  const path = `when.windows.${index}`;
  const problems: Problem[] = [];
  if (shortMs >= longMs) {
    const expected = `less than longMs (${longMs}), about a twelfth of it`;
    problems.push({ path: `${path}.shortMs`, value: shorten(shortMs), expected });
  }
  // 1e-9: 1 − 0.9 is not 0.1 in binary, and 10 × 0.1 can never be exceeded either.
  if (burn * (1 - objective) >= 1 - 1e-9) {
    const most = Number((1 / (1 - objective)).toPrecision(4));
    const expected = `less than ${most}: with objective ${objective} it would need more than 100 % errors and never fire`;
    problems.push({ path: `${path}.burn`, value: shorten(burn), expected });
  }
  return problems;
}

function onlyProblems({ only, signal }: Rule, { labels }: SignalShape): readonly Problem[] {
  return only.flatMap((matcher, index) => {
    const path = `only.${index}`;
    const [problem] = labels.includes(matcher.label) ? matcherProblems([matcher]) : [];
    const known = labels.length === 0 ? 'no label at all' : `one of ${labels.join(', ')}`;
    return [
      ...(labels.includes(matcher.label)
        ? []
        : [
            {
              path: `${path}.label`,
              value: shorten(matcher.label),
              expected: `${known}: what ${signal} has`,
            },
          ]),
      ...(problem === undefined
        ? []
        : [
            {
              path: `${path}.value`,
              value: shorten(matcher.value),
              expected: `an RE2 pattern (${problem})`,
            },
          ]),
    ];
  });
}

function textProblems(rule: Rule, field: 'summary' | 'description'): readonly Problem[] {
  const parsed = parseTemplate(rule[field]);
  if (parsed.kind === 'parsed') return [];
  return [
    { path: field, value: shorten(rule[field]), expected: `a Liquid template (${parsed.problem})` },
  ];
}
