// Rules of the right shape that still make no sense, in the words of the file: the rules know what
// can never fire, a file knows what its fields are called.

import type { Rule } from '../rule.ts';
import { signals } from '../rule.ts';
import { ruleProblems } from '../rules/problems.ts';
import { didYouMean, type Flaw, flaw } from './flaw.ts';

export function ruleSenseFlaws(path: string, rule: Rule): readonly Flaw[] {
  const problems = ruleProblems(rule).map((problem): Flaw => {
    const isLabel = problem.path.endsWith('.label');
    const label = problem.value.replaceAll('"', '');
    const suggestion = isLabel ? didYouMean(label, signals[rule.signal].labels) : null;
    return { ...problem, path: `${path}.${fieldOf(problem.path)}`, suggestion };
  });
  return [...problems, ...burnFlaws(`${path}.when`, rule)];
}

/** Path within a rule as parsed → path within a rule as written. */
function fieldOf(path: string): string {
  return path
    .replace(/^when\.kind$/, 'when')
    .replace(/^when\.exit$/, 'when.until')
    .replace(/^when\.values\b/, 'when.is')
    .replace(/^when\.windows\b/, 'when.burnRate')
    .replace(/\.(short|long)Ms$/, '.$1')
    .replace(/^(only\.\d+)\.(label|value)$/, '$1');
}

function burnFlaws(path: string, { when }: Rule): readonly Flaw[] {
  if (when.kind !== 'burnRate') return [];
  const { objective, windows } = when;
  const wanted = 'a share between 0 and 1, such as 0.999';
  return [
    ...(objective > 0 && objective < 1 ? [] : [flaw(`${path}.objective`, objective, wanted)]),
    ...windows.flatMap(({ burn }, i) =>
      burn > 0 ? [] : [flaw(`${path}.burnRate.${i}.burn`, burn, 'more than 0')],
    ),
  ];
}
